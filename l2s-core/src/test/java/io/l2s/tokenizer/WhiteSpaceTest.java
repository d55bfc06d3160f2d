package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** White space of all kinds in the bundles of the samples, and what files without a rule do. */
class WhiteSpaceTest {

  private static final List<String> ADDED_TOKENS = List.of("<pad>", "</s>", "<unk>");

  private static final List<Path> BUNDLED =
      Stream.of("en-de/llm", "en-de/slm", "en-de/slm-alone", "en-fr/llm", "en-fr/slm")
          .map(each -> Path.of("..", "samples", "models", each, "tokenizer.json"))
          .toList();
  private static final String PROMPT = "translate English to German: Where is%sthe station?";

  @TempDir Path directory;

  @ParameterizedTest
  @FieldSource("BUNDLED")
  void bundlesReadAllWhiteSpaceAsBlanks(Path file) {
    Tokenizer tokenizer = Tokenizer.load(file);
    int[] plain = tokenizer.encode(PROMPT.formatted(" "));

    assertThat(tokenizer.warnings()).isEmpty();
    for (String space :
        List.of(
            "\n", "\t", "\r\n", "\r", "\f", "\u0085", "\u00A0", "\u2003", "\u2028", "\u2029",
            "\u200B", "\u3000", "\uFEFF", "  ", "\n\n", " \n\t ", "\u0007 ")) {
      assertThat(tokenizer.encode(PROMPT.formatted(space))).as(space).isEqualTo(plain);
      assertThat(tokenizer.encode(space + PROMPT.formatted(" ") + space))
          .as(space)
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\t", "\r\n", "\u2028", "\u200B", " \n "})
  void bundlesReadForcedPrefixesAndBadWordsTheSameWay(String space) {
    Tokenizer tokenizer = Tokenizer.load(BUNDLED.get(0));
    assertThat(tokenizer.encodeWithoutSpecialTokens("Wo ist" + space + "der" + space))
        .isEqualTo(tokenizer.encodeWithoutSpecialTokens("Wo ist der"));
  }

  @Test
  void bundlesReadTextsWithoutOtherWhiteSpaceAsBefore() throws IOException {
    Tokenizer now = Tokenizer.load(BUNDLED.get(0));
    Tokenizer before = Tokenizer.load(withoutRule());
    for (String model : Fixtures.MODELS) {
      for (JsonObject each : Fixtures.objects(Fixtures.expected(model), "tokenizer_cases")) {
        String text =
            each.get("text").getAsString().replaceAll("[\\s\\p{Z}\\p{Cc}\\p{Cf}]", " ").strip();
        // As with T5's own files, a blank between two added tokens is no word of its own now.
        if (ADDED_TOKENS.stream().anyMatch(text::contains)) {
          continue;
        }
        assertThat(now.encode(text)).as(text).isEqualTo(before.encode(text));
      }
    }
  }

  @Test
  void aFileWithoutARuleIsReadWithAWarningThatNamesIt() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(withoutRule());
    assertThat(tokenizer.warnings())
        .singleElement()
        .asString()
        .startsWith(
            "reads line breaks, tabs, carriage returns, line separators (U+2028) as unknown"
                + " tokens")
        .contains("lacks a rule for white space", "{\"type\": \"Nmt\"}");
    assertThat(tokenizer.encode(PROMPT.formatted(" "))).isNotEmpty();
  }

  @Test
  void otherFilesHaveNothingToWarnOf() {
    for (String model : Fixtures.MODELS) {
      Tokenizer tokenizer = Fixtures.tokenizer(model);
      assertThat(tokenizer.warnings()).as(model).isEmpty();
    }
  }

  /** The bundle's file as it was before it had a rule for white space. */
  private Path withoutRule() throws IOException {
    JsonObject json = Fixtures.json(BUNDLED.get(0));
    json.add(
        "normalizer",
        JsonParser.parseString(
            """
            {"type": "Sequence", "normalizers": [{"type": "NFKC"},
              {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}"""));
    json.add(
        "pre_tokenizer",
        json.getAsJsonObject("pre_tokenizer").getAsJsonArray("pretokenizers").get(1));
    return Files.writeString(directory.resolve("tokenizer.json"), json.toString());
  }
}
