package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.InvalidRequestException;
import io.l2s.PromptTooLongException;
import org.junit.jupiter.api.Test;

class ContextLimitTest {

  private static final int NONE = Integer.MAX_VALUE;

  private final ContextLimit separate = new ContextLimit(8, 10, NONE);
  private final ContextLimit shared = new ContextLimit(10, 10, 10);

  @Test
  void aPromptOfAllPositionsIsTakenAndALongerOneIsRefused() {
    assertThatCode(() -> separate.checkPrompt(8)).doesNotThrowAnyException();
    assertThatThrownBy(() -> separate.checkPrompt(9))
        .isInstanceOf(PromptTooLongException.class)
        .hasMessageContaining("8")
        .hasMessageContaining("9");
  }

  @Test
  void anAnswerOfAnEncoderDecoderHasPositionsOfItsOwn() {
    assertThatCode(() -> separate.checkAnswer(10, 8)).doesNotThrowAnyException();
    assertThatThrownBy(() -> separate.checkAnswer(11, 1))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "maxNewTokens must be at most 10 for a prompt of 1 tokens, as the model has 10"
                + " positions, but was 11");
  }

  @Test
  void promptAndAnswerOfADecoderOnlyModelSharePositions() {
    // The last new token is not read any more.
    assertThatCode(() -> shared.checkAnswer(4, 7)).doesNotThrowAnyException();
    assertThatThrownBy(() -> shared.checkAnswer(5, 7))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("maxNewTokens must be at most 4 for a prompt of 7 tokens");
  }

  @Test
  void severalModelsAllowWhatEachOfThemDoes() {
    ContextLimit both = separate.and(new ContextLimit(NONE, 6, 12));
    assertThatCode(() -> both.checkPrompt(8)).doesNotThrowAnyException();
    assertThatCode(() -> both.checkAnswer(6, 7)).doesNotThrowAnyException();
    assertThatThrownBy(() -> both.checkPrompt(9)).isInstanceOf(PromptTooLongException.class);
    assertThatThrownBy(() -> both.checkAnswer(6, 8)).isInstanceOf(InvalidRequestException.class);
  }
}
