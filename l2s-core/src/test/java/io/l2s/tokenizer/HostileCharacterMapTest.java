package io.l2s.tokenizer;

import static io.l2s.tokenizer.HostileFiles.T5;
import static io.l2s.tokenizer.HostileFiles.assertRefused;
import static io.l2s.tokenizer.HostileFiles.object;
import static io.l2s.tokenizer.HostileFiles.packed;
import static io.l2s.tokenizer.HostileFiles.precompiled;
import static io.l2s.tokenizer.HostileFiles.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Character maps that made the Rust library of the reference abort the process, or take minutes and
 * gigabytes, and others of their kinds.
 */
@Timeout(30)
class HostileCharacterMapTest {

  @TempDir Path directory;

  @Test
  void refusesACharacterMapWithALongReplacement() throws IOException {
    Tokenizer.load(with(directory, T5, "normalizer", precompiled(mapOfAcute(256))));
    assertRefused(
        with(directory, T5, "normalizer", precompiled(mapOfAcute(257))),
        "normalizer.precompiled_charsmap must be a trie of replacements of at most 256 bytes");
  }

  @Test
  void limitsWhatACharacterMapMakesOfOneGrapheme() throws IOException {
    Normalizer map = CharacterMap.read(JsonNode.of(T5, "normalizer", precompiled(mapOfAcute(256))));
    // Without a limit inside of the grapheme, more characters than a text may have.
    String text = "a" + "\u0301".repeat(9_000_000);
    WorkLimit limit = WorkLimit.of("normalizer", 10, new RegexBudget(10));

    assertThatThrownBy(() -> map.apply(new Normalizer.Normalized(text, true, limit)))
        .isInstanceOf(InvalidTokenizerException.class)
        .hasMessageContaining("normalizer makes more than 1664 characters");
  }

  /** A map of U+0301, in UTF-8 CC 81, to {@code length} characters. */
  private static String mapOfAcute(int length) {
    int[] units = new int[768];
    units[0] = 256 << 10;
    units[256 ^ 0xCC] = 0xCC | (256 ^ 0xCC ^ 512) << 10;
    units[512 ^ 0x81] = 0x81 | 1 << 8 | (512 ^ 0x81 ^ 700) << 10;
    return packed(units, "x".repeat(length) + "\0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "AAAAAA==", "no base 64!", "BAAAAA=="})
  void refusesAShortCharacterMap(String map) throws IOException {
    assertRefused(
        with(directory, T5, "normalizer", precompiled(map)), "normalizer.precompiled_charsmap");
  }

  @Test
  void refusesACharacterMapOfAnotherType() throws IOException {
    for (String map : List.of("1", "[]", "{}")) {
      assertRefused(
          with(
              directory,
              T5,
              "normalizer",
              object("{\"type\":\"Precompiled\",\"precompiled_charsmap\":" + map + "}")),
          "normalizer.precompiled_charsmap must be a text, but was " + map);
    }
  }

  @Test
  void refusesACharacterMapThatIsNull() throws IOException {
    assertRefused(
        with(
            directory,
            T5,
            "normalizer",
            object("{\"type\":\"Precompiled\",\"precompiled_charsmap\":null}")),
        "normalizer.precompiled_charsmap is missing");
  }

  @Test
  void refusesACharacterMapThatLeadsNowhere() throws IOException {
    int[] garbage = new int[4];
    Arrays.fill(garbage, -1);
    assertRefused(
        with(directory, T5, "normalizer", precompiled(packed(garbage, "abc\0"))),
        "normalizer.precompiled_charsmap must be a trie of nodes below 4");
  }

  @Test
  void refusesACharacterMapWhoseReplacementsEndEarly() throws IOException {
    // "a" leads to a leaf, and this to place 7 of replacements of 4 bytes.
    int[] units = new int[512];
    units[0] = 256 << 10;
    units[256 ^ 'a'] = 'a' | 1 << 8 | (256 ^ 'a' ^ 300) << 10;
    units[300] = 7;
    assertRefused(
        with(directory, T5, "normalizer", precompiled(packed(units, "abc\0"))),
        "one that leads to 7");
    units[300] = 1;
    Tokenizer tokenizer =
        Tokenizer.load(with(directory, T5, "normalizer", precompiled(packed(units, "abc\0"))));
    assertThat(tokenizer.encode("a")).isEqualTo(tokenizer.encode("bc"));
  }
}
