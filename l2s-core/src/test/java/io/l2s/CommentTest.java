package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Comments in the sources of all modules and samples, programs and scripts among them, are plain.
 */
class CommentTest {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  /** A line of a comment in Java or Python, its text in a group. */
  private static final Pattern COMMENT =
      Pattern.compile("\\s*(?:/\\*\\*|\\*(?!/)|//|#)\\s?(.*?)(?:\\*/)?\\s*");

  private static final Pattern WITHOUT_SUBJECT =
      Pattern.compile("(?:^|[.!?;:] )(Of|What|Which|Whose|Told|Tells?)\\b");

  private static final Pattern NOT_PLAIN =
      Pattern.compile("(?i)\\b(tells?|told|go(?:es)? on|going on|went on)\\b");

  @Test
  void commentsArePlain() throws IOException {
    List<Path> files = sources("src/main");

    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .contains(
            "CachedState.java",
            "TrainCommand.java",
            "program.py",
            "L2sAutoConfiguration.java",
            "L2sBoot4AutoConfiguration.java",
            "FakeHybridLanguageModel.java",
            "OpenAiController.java",
            "L2sSpringAiAutoConfiguration.java",
            "L2sLangChain4jAutoConfiguration.java",
            "Translator.java",
            "card.js");
    assertThat(files.stream().flatMap(file -> problems(file).stream())).isEmpty();
  }

  @Test
  void namesAndTextsHaveOneSpelling() throws IOException {
    List<String> british = new ArrayList<>();
    for (Path file : sources("src")) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        for (String word : Spelling.britishWords(lines.get(i))) {
          british.add(REPOSITORY.relativize(file) + ":" + (i + 1) + ": " + word);
        }
      }
    }
    assertThat(british).isEmpty();
  }

  /** The words are cut, as this file may not hold them either. */
  @ParameterizedTest
  @CsvSource({
    "int quanti_sed = 1;, quanti_sed",
    "// The behavi_our of neighb_ours., 'behavi_our, neighb_ours'",
    "\"its licen_ce\", licen_ce",
    "aria-labelledby the exercise of a promise, ''"
  })
  void aBritishSpellingIsFound(String cutLine, String cutWords) {
    assertThat(String.join(", ", Spelling.britishWords(cutLine.replace("_", ""))))
        .isEqualTo(cutWords.replace("_", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/** What a class does. */",
        "// Of the whole JVM.",
        "# The first. Which is the last.",
        "   * A training goes on.",
        "/**\n * What a class does.\n */"
      })
  void aRiddleIsFound(String comment) {
    assertThat(problems(comment.lines().toList())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/** Reads the prompt. */",
        " * continues the sentence of\n * Which file it is",
        "String text = \"What is it?\";"
      })
  void plainTextPasses(String comment) {
    assertThat(problems(comment.lines().toList())).isEmpty();
  }

  /** The Java, Python and script files below {@code directory} of every module and sample. */
  private static List<Path> sources(String directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> all = Files.walk(module.resolve(directory))) {
        all.filter(file -> file.toString().matches(".*\\.(java|py|js)"))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /** The directories with sources, those of the samples among them. */
  private static List<Path> modules() throws IOException {
    try (Stream<Path> all = Files.list(REPOSITORY);
        Stream<Path> samples = Files.list(REPOSITORY.resolve("samples"))) {
      return Stream.concat(all, samples)
          .filter(module -> Files.isDirectory(module.resolve("src/main")))
          .sorted()
          .toList();
    }
  }

  private static List<String> problems(Path file) {
    try {
      return problems(Files.readAllLines(file)).stream()
          .map(problem -> REPOSITORY.relativize(file) + ":" + problem)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private static List<String> problems(List<String> lines) {
    List<String> problems = new ArrayList<>();
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      Matcher comment = COMMENT.matcher(lines.get(i));
      String text = comment.matches() ? comment.group(1).strip() : "";
      boolean begins = before.isEmpty() || before.matches(".*[.!?:]");
      Matcher riddle = WITHOUT_SUBJECT.matcher(text);
      boolean found = riddle.find() && (begins || riddle.start() > 0 || riddle.find());
      if (found || NOT_PLAIN.matcher(text).find()) {
        problems.add((i + 1) + ": " + text);
      }
      before = text;
    }
    return problems;
  }
}
