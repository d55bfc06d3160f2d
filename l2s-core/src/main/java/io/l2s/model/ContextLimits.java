package io.l2s.model;

/**
 * Most tokens that a model has positions for; {@link Integer#MAX_VALUE} where it sets no limit.
 *
 * @param prompt of a prompt
 * @param answer of an answer
 * @param together of prompt and answer
 */
public record ContextLimits(int prompt, int answer, int together) {

  /** Relative positions set no limit. */
  public static final ContextLimits NONE =
      new ContextLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** The limits of a decoder-only model with {@code length} positions. */
  public static ContextLimits together(int length) {
    return new ContextLimits(length, length, length);
  }

  /** The limits of an encoder-decoder with {@code prompt} positions in its encoder. */
  public static ContextLimits each(int prompt, int answer) {
    return new ContextLimits(prompt, answer, Integer.MAX_VALUE);
  }

  /** Those of prompts alone. */
  public ContextLimits prompts() {
    return new ContextLimits(prompt, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The smaller of both limits each. */
  public ContextLimits and(ContextLimits other) {
    return new ContextLimits(
        Math.min(prompt, other.prompt),
        Math.min(answer, other.answer),
        Math.min(together, other.together));
  }

  /** Most tokens of a prompt and its answer. */
  public int ofSequence() {
    return (int) Math.min(together, (long) prompt + answer);
  }

  /** Most tokens of the answer to a prompt of this length; below 1 where there is no room. */
  public int answerTo(int promptTokens) {
    return Math.min(answer, together - promptTokens);
  }
}
