package io.l2s.tokenizer;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads and writes texts once at load, so that a file that no text gets through is refused. */
final class TokenizerProbe {

  /** Every character of ASCII, letters of several scripts, and runs that slow expressions fear. */
  private static final String TEXT =
      IntStream.rangeClosed('\t', '~').mapToObj(Character::toString).collect(Collectors.joining())
          + " Where is the station? äöüß éñ Жук 日本 語 ́ 🍎 1234567890 "
          + "a".repeat(60)
          + "b"
          + " ".repeat(60)
          + "\n\n\u2028x";

  private static final Map<String, String> WHITE_SPACE = new LinkedHashMap<>();

  static {
    WHITE_SPACE.put("line breaks", "\n");
    WHITE_SPACE.put("tabs", "\t");
    WHITE_SPACE.put("carriage returns", "\r");
    WHITE_SPACE.put("line separators (U+2028)", "\u2028");
  }

  private TokenizerProbe() {}

  /**
   * @return what users of the file should know
   * @throws ModelLoadException if the file makes too much of a text
   */
  static List<String> run(Path file, TokenizerSteps steps) {
    List<String> warnings = new ArrayList<>();
    try {
      for (String text : List.of(TEXT, "a", "")) {
        steps.decode(steps.encode(text, true), false);
      }
    } catch (InvalidTokenizerException e) {
      throw new ModelLoadException(file, List.of(e.getMessage()), e);
    } catch (NoTokenException e) {
      warnings.add(
          "refuses texts with other characters than its vocabulary's, since " + e.unknown());
    }
    List<String> unknown =
        WHITE_SPACE.entrySet().stream()
            .filter(each -> isUnknown(each.getValue(), steps))
            .map(Map.Entry::getKey)
            .toList();
    if (!unknown.isEmpty()) {
      warnings.add(
          "reads "
              + String.join(", ", unknown)
              + " as unknown tokens that glue words; its normalizer lacks a rule for white space:"
              + " add {\"type\": \"Nmt\"} in front of it, or write such prompts with blanks");
    }
    return List.copyOf(warnings);
  }

  /** Whether {@code space} between two words makes more unknown tokens than a blank does. */
  private static boolean isUnknown(String space, TokenizerSteps steps) {
    return unknown("a" + space + "a", steps) > unknown("a a", steps);
  }

  private static long unknown(String text, TokenizerSteps steps) {
    try {
      int unknown = steps.unknownId();
      return Arrays.stream(steps.encode(text, false)).filter(id -> id == unknown).count();
    } catch (NoTokenException e) {
      return text.length();
    }
  }
}
