package io.l2s.serving;

import io.l2s.InvalidRequestException;
import io.l2s.PromptTooLongException;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import java.util.OptionalInt;

/**
 * Positions that the models of a route have; {@link Integer#MAX_VALUE} where there is no limit.
 *
 * @param prompt most tokens of a prompt
 * @param answer most new tokens of an answer
 * @param together most positions of prompt and answer, of which an answer's last token needs none
 */
record ContextLimit(int prompt, int answer, int together) {

  static ContextLimit of(LlmEncoder llm) {
    return new ContextLimit(orNone(llm.contextLength()), Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  static ContextLimit of(LlmDecoder decoder) {
    return of(decoder.contextLength(), decoder.answersShareContext());
  }

  static ContextLimit of(SlmDecoder decoder) {
    return of(decoder.contextLength(), decoder.answersShareContext());
  }

  private static ContextLimit of(OptionalInt length, boolean shared) {
    int most = orNone(length);
    return new ContextLimit(most, most, shared ? most : Integer.MAX_VALUE);
  }

  private static int orNone(OptionalInt length) {
    return length.orElse(Integer.MAX_VALUE);
  }

  /** What both allow. */
  ContextLimit and(ContextLimit other) {
    return new ContextLimit(
        Math.min(prompt, other.prompt),
        Math.min(answer, other.answer),
        Math.min(together, other.together));
  }

  /**
   * @throws PromptTooLongException if the models have no positions for so many tokens
   */
  void checkPrompt(int tokens) {
    if (tokens > prompt) {
      throw new PromptTooLongException("tokens", prompt, tokens);
    }
  }

  /**
   * @throws InvalidRequestException if the models have no positions for so many new tokens
   */
  void checkAnswer(int maxNewTokens, int promptTokens) {
    long most = Math.min(answer, (long) together - promptTokens + 1);
    if (maxNewTokens > most) {
      throw new InvalidRequestException(
          "maxNewTokens",
          "at most "
              + most
              + " for a prompt of "
              + promptTokens
              + " tokens, as the model has "
              + answer
              + " positions",
          maxNewTokens);
    }
  }
}
