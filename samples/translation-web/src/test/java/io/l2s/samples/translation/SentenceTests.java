package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceTests {

  @Test
  void aTextIsSplitAtTheEndsOfItsSentences() {
    assertThat(texts("One is here. Is two?  Three, too!"))
        .containsExactly("One is here.", "Is two?", "Three, too!");
  }

  @Test
  void aLineBreakEndsASentence() {
    assertThat(texts("A title\n\nA text\r\nof two lines"))
        .containsExactly("A title", "A text", "of two lines");
  }

  @Test
  void aTitleEndsNoSentence() {
    assertThat(texts("I met Mr. Brown. Dr. Smith was there."))
        .containsExactly("I met Mr. Brown.", "Dr. Smith was there.");
  }

  @Test
  void aNumberWithADotEndsNoSentence() {
    assertThat(texts("It costs 3.50 today. Buy it."))
        .containsExactly("It costs 3.50 today.", "Buy it.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "One.",
        "One. Two.",
        "One.\nTwo.\r\n\r\n  - Three. Four.\n\tFive",
        "One.  \n  \n  Two.",
        "A line\rand an old line break",
        "Mr.\nBrown"
      })
  void sentencesAndWhatFollowsThemAreTheText(String text) {
    String joined =
        Sentence.split(text).stream()
            .map(each -> each.text() + each.after())
            .collect(Collectors.joining());
    assertThat(joined).isEqualTo(text);
  }

  @Test
  void blanksAroundATextAreLeftOut() {
    assertThat(Sentence.split(" \n One. \n")).containsExactly(new Sentence("One.", ""));
  }

  private static List<String> texts(String text) {
    return Sentence.split(text).stream().map(Sentence::text).toList();
  }
}
