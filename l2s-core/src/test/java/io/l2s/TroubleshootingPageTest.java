package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md quotes messages that the code has. */
class TroubleshootingPageTest {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  /** What a message is filled with: gaps, values in quotes, settings, numbers, its own frame. */
  private static final Pattern FILLED =
      Pattern.compile("…|'[^']*'|\\bl2s[.-][\\w.-]+|\\b\\d[\\d.,]*| must be ");

  private static final Pattern JOINED_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"");

  private static String sources;

  @BeforeAll
  static void readTheSources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(REPOSITORY, "l2s-*")) {
      for (Path module : modules) {
        Path directory = module.resolve("src/main/java");
        if (Files.isDirectory(directory)) {
          try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
              all.append(Files.readString(file)).append('\n');
            }
          }
        }
      }
    }
    sources = JOINED_LITERALS.matcher(all).replaceAll("");
  }

  @Test
  void everyMessageOnThePageStandsInTheCode() throws IOException {
    List<String> rows =
        Files.readAllLines(REPOSITORY.resolve("docs/troubleshooting.md")).stream()
            .filter(line -> line.startsWith("| ") && line.contains("`"))
            .map(line -> line.split(" \\| ")[0])
            .filter(message -> !message.endsWith("(Spring)"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(40);
    assertThat(unknown(rows)).as("pieces of messages that no source file has").isEmpty();
  }

  @Test
  void aMessageThatTheCodeDoesNotHaveIsFound() {
    assertThat(unknown(List.of("| `the model is closed` or `the model sleeps at night`")))
        .containsExactly("the model sleeps at night");
  }

  /** The longest fixed piece of each quoted message, where the code does not have it. */
  private static List<String> unknown(List<String> rows) {
    List<String> unknown = new ArrayList<>();
    for (String row : rows) {
      CODE.matcher(row)
          .results()
          .map(message -> longestPiece(message))
          .flatMap(Optional::stream)
          .filter(piece -> !sources.contains(piece))
          .forEach(unknown::add);
    }
    return unknown;
  }

  private static Optional<String> longestPiece(MatchResult message) {
    return Arrays.stream(FILLED.split(message.group(1)))
        .map(piece -> piece.replaceAll("^[\\s:;,.]+|[\\s:;,.]+$", ""))
        .max(Comparator.comparingInt(String::length))
        .filter(piece -> piece.length() >= 8);
  }
}
