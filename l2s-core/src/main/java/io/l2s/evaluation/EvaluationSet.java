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
 * @param lines for each source the line of the file that it was first seen in, from 1
 */
public record EvaluationSet(List<String> sources, List<List<String>> references, List<Long> lines) {

  public EvaluationSet {
    sources = List.copyOf(sources);
    references = references.stream().map(List::copyOf).toList();
    lines = List.copyOf(lines);
    Segments.validate(sources, references);
    if (lines.size() != sources.size()) {
      throw new IllegalArgumentException(
          "lines must have one number for each of the "
              + sources.size()
              + " sources, but has "
              + lines.size());
    }
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
    List<Long> lines = new ArrayList<>();
    long line = 0;
    for (SentencePair pair : PairFile.read(file, format)) {
      line++;
      if (!grouped.containsKey(pair.source())) {
        grouped.put(pair.source(), new ArrayList<>());
        lines.add(line);
      }
      grouped.get(pair.source()).add(pair.target());
    }
    return new EvaluationSet(List.copyOf(grouped.keySet()), List.copyOf(grouped.values()), lines);
  }

  /** The number of source sentences. */
  public int size() {
    return sources.size();
  }

  /** The first {@code count} sources, or all where there are no more. */
  public EvaluationSet first(int count) {
    return size() <= count
        ? this
        : new EvaluationSet(
            sources.subList(0, count), references.subList(0, count), lines.subList(0, count));
  }
}
