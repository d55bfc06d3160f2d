package io.l2s.evaluation;

import io.l2s.InvalidSettingException;
import java.util.List;

/**
 * Where source and target stand in the objects of a JSONL file; of no meaning for tab-separated
 * text.
 *
 * @param sourceFields fields whose texts, joined by a space and those without text left out, are
 *     the source; at least one
 * @param targetField field of the target
 */
public record PairFormat(List<String> sourceFields, String targetField) {

  /** The fields {@code source} and {@code target}. */
  public static final PairFormat STANDARD = new PairFormat(List.of("source"), "target");

  public PairFormat {
    sourceFields = List.copyOf(sourceFields);
    if (sourceFields.isEmpty()) {
      throw new InvalidSettingException("sourceFields", "at least one field", sourceFields);
    }
  }
}
