package io.l2s.cli;

import io.l2s.Route;
import io.l2s.evaluation.EvaluationSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A directory of the answers of an evaluation with their sources and references. Each route has a
 * file with a line for each source, in the order of the sources, as {@code l2s score} reads it.
 */
record AnswerFiles(Path directory) {

  /**
   * Writes {@code sources.txt}, {@code references.1.txt} and further ones, and a file named after
   * each route. A reference that a source lacks is an empty line.
   *
   * @return lines whose line breaks had to be written as {@code \n} and {@code \r}
   * @throws UncheckedIOException naming the file that cannot be written
   */
  int write(EvaluationSet test, Map<Route, List<String>> answers) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + directory, e);
    }
    int broken = write("sources.txt", test.sources());
    int most = test.references().stream().mapToInt(List::size).max().orElseThrow();
    for (int i = 0; i < most; i++) {
      int number = i;
      List<String> column =
          test.references().stream()
              .map(each -> number < each.size() ? each.get(number) : "")
              .toList();
      broken += write("references." + (i + 1) + ".txt", column);
    }
    for (Map.Entry<Route, List<String>> route : answers.entrySet()) {
      broken += write(EnumNames.of(route.getKey()) + ".txt", route.getValue());
    }
    return broken;
  }

  private int write(String name, List<String> texts) {
    List<String> lines = texts.stream().map(AnswerWriter::singleLine).toList();
    Path file = directory.resolve(name);
    try {
      // Encoded in memory, since a writer refuses half a surrogate pair, which JSON may hold.
      Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return (int)
        IntStream.range(0, lines.size()).filter(i -> !lines.get(i).equals(texts.get(i))).count();
  }
}
