package io.l2s.evaluation;

import io.l2s.DataFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link TextFile} of sentence pairs, one a line: {@code source<TAB>target}.
 *
 * <p>Columns after the second, as the attribution in Tatoeba's exports, are ignored.
 */
public final class PairFile {

  private PairFile() {}

  /**
   * Reads all pairs in order.
   *
   * @throws DataFileException naming file and line, if the file is missing, empty, not gzip in
   *     spite of its {@code .gz} suffix, cut short, not UTF-8, or has a row that is empty, over 1
   *     MiB, without a tab or without text on one side of it
   */
  public static List<SentencePair> read(Path file) {
    List<SentencePair> pairs = new ArrayList<>();
    TextFile.forEachLine(file, (line, text) -> pairs.add(pair(file, line, text)));
    if (pairs.isEmpty()) {
      throw new DataFileException(
          file, 0, "is empty; it must have at least one row source<TAB>target", null);
    }
    return List.copyOf(pairs);
  }

  private static SentencePair pair(Path file, long line, String text) {
    String[] columns = text.split("\t", -1);
    if (columns.length < 2) {
      throw new DataFileException(
          file, line, "a row must be source<TAB>target, but has no tab", null);
    }
    if (columns[0].isBlank() || columns[1].isBlank()) {
      String side = columns[0].isBlank() ? "source" : "target";
      throw new DataFileException(
          file, line, "the " + side + " must have text, but is blank", null);
    }
    return new SentencePair(columns[0], columns[1]);
  }
}
