package io.l2s.evaluation;

import io.l2s.DataFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Source sentences with all references that a file has for each.
 *
 * @param sources distinct sentences, in the order first seen
 * @param references for each source its references, in file order; never an empty list
 */
public record EvaluationSet(List<String> sources, List<List<String>> references) {

  public EvaluationSet {
    sources = List.copyOf(sources);
    references = references.stream().map(List::copyOf).toList();
    Segments.validate(sources, references);
  }

  /** Reads a {@link PairFile} with {@link PairFormat#STANDARD}. */
  public static EvaluationSet read(Path file) {
    return read(file, PairFormat.STANDARD);
  }

  /**
   * Reads a {@link PairFile}; rows with the same source become one sentence with several
   * references.
   *
   * @throws DataFileException as {@link PairFile#read} does
   */
  public static EvaluationSet read(Path file, PairFormat format) {
    Map<String, List<String>> grouped = new LinkedHashMap<>();
    for (SentencePair pair : PairFile.read(file, format)) {
      grouped.computeIfAbsent(pair.source(), source -> new ArrayList<>()).add(pair.target());
    }
    return new EvaluationSet(List.copyOf(grouped.keySet()), List.copyOf(grouped.values()));
  }

  /** The number of source sentences. */
  public int size() {
    return sources.size();
  }
}
