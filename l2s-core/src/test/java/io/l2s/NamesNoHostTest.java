package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages and comments of the core name settings as its own classes do. Properties, command-line
 * options and Spring belong to the hosts, which translate the names.
 */
class NamesNoHostTest {

  private static final Path SOURCES = Path.of("src", "main", "java");

  /** String literals and comments: what a user may read. */
  private static final Pattern TEXT =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"|//[^\\n]*|/\\*.*?\\*/|'(?:[^'\\\\]|\\\\.)'",
          Pattern.DOTALL);

  /** A property, a command-line option, a command, or Spring. */
  private static final Pattern HOST =
      Pattern.compile(
          "(?<![\\w./])l2s\\.[a-z][\\w.-]*"
              + "|(?<![\\w-])--[a-z][a-z-]*"
              + "|(?<![\\w./])l2s (?:quantize|train|generate|inspect|evaluate|shrink|label|score)\\b"
              + "|\\bSpring\\b|\\bapplication\\.(?:yml|yaml|properties)\\b");

  /** A bundle's file and the keys that l2s writes into safetensors files. */
  private static final List<String> OWN = List.of("l2s.json", "l2s.training", "l2s.width");

  @Test
  void noMessageAndNoCommentNamesAHost() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(SOURCES)) {
      List<Path> files = all.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(files).hasSizeGreaterThan(100);
      for (Path file : files) {
        hostsIn(Files.readString(file))
            .forEach(host -> found.add(SOURCES.relativize(file) + ": " + host));
      }
    }
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throw new X(\"raise l2s.queue.capacity\");",
        "/** Set by --batch-size. */",
        "// as l2s quantize does",
        "String s = \"a \\\" b --foo\";",
        "/* for Spring */"
      })
  void aHostIsFound(String source) {
    assertThat(hostsIn(source)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import io.l2s.Route; int i = 3; --i;",
        "/** {@link io.l2s.Route}, the field of l2s.json. */",
        "String key = \"l2s.width\"; // -- a dash"
      })
  void namesOfTheCoreAreLeftAlone(String source) {
    assertThat(hostsIn(source)).isEmpty();
  }

  private static List<String> hostsIn(String source) {
    List<String> hosts = new ArrayList<>();
    Matcher text = TEXT.matcher(source);
    while (text.find()) {
      HOST.matcher(text.group())
          .results()
          .map(match -> match.group().replaceFirst("\\.$", ""))
          .filter(host -> !OWN.contains(host))
          .forEach(hosts::add);
    }
    return hosts;
  }
}
