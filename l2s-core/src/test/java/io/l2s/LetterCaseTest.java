package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LetterCaseTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Straße ÄÖÜ", "ŉ ﬁ ǅ", "İI", "ΟΔΟΣ ΣΑΣ Σ", "ΑΣ. ΑΣΒ", "𐐀𐐨 x", "\uD83D half"})
  void isWhatStringGives(String text) {
    assertThat(LetterCase.lower(text)).isEqualTo(text.toLowerCase(Locale.ROOT));
    assertThat(LetterCase.upper(text)).isEqualTo(text.toUpperCase(Locale.ROOT));
    String many = (text + " x").repeat(600);
    assertThat(LetterCase.upper(many)).isEqualTo(many.toUpperCase(Locale.ROOT));
  }

  /** All but the capital sigma, whose lower case depends on its neighbors. */
  @Test
  void everyLetterByItselfIsWhatStringGives() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String letter = Character.toString(c);
      assertThat(LetterCase.upper(letter)).isEqualTo(letter.toUpperCase(Locale.ROOT));
      if (c != '\u03A3') {
        assertThat(LetterCase.lower(letter)).isEqualTo(letter.toLowerCase(Locale.ROOT));
      }
    }
  }

  /** As Python does. */
  @ParameterizedTest
  @CsvSource({"ΑΣ, ας", "Σ, σ", "ΑΣΑ, ασα", "ΑΣ́ Α, ας́ α", "Α.Σ Α, α.ς α", "ΣΣΣ, σσς"})
  void aSigmaIsFinalAtTheEndOfAWord(String text, String lower) {
    assertThat(LetterCase.lower(text)).isEqualTo(lower);
  }

  /** With String's methods each of them takes minutes or hours. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void longTextsOfSuchLettersTakeNoTime() {
    int many = 500_000;
    assertThat(LetterCase.lower("\u0130".repeat(many))).hasSize(2 * many);
    assertThat(LetterCase.lower("a\u03A3'".repeat(many))).hasSize(3 * many);
    assertThat(LetterCase.upper("\u00DF".repeat(many))).hasSize(2 * many);
  }
}
