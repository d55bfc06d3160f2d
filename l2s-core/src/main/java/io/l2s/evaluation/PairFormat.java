package io.l2s.evaluation;

import io.l2s.InvalidSettingException;
import java.util.List;

/**
 * The fields of source and target in the objects of a JSONL file. Tab-separated text does not need
 * it.
 *
 * @param sourceFields fields that make the source, at least one; their texts are joined by spaces,
 *     and empty ones left out
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
