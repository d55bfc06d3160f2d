package io.l2s;

/**
 * Penalties that make tokens of the text so far less likely.
 *
 * @param repetitionPenalty divides the positive logits of tokens that the text already has and
 *     multiplies the negative ones, above 0 to 100; 1: none
 * @param presencePenalty subtracted from the logits of tokens already generated, -2 to 2
 * @param frequencyPenalty subtracted from the logit of a token for each time it was generated, -2
 *     to 2
 * @param noRepeatNgramSize length of token sequences that must not come twice, 0 to 4096; 0: none
 */
public record Penalties(
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    int noRepeatNgramSize) {

  /** No penalty. */
  public static final Penalties NONE = new Penalties(1, 0, 0, 0);

  /**
   * @throws InvalidRequestException naming the component that is out of range
   */
  public Penalties {
    Bounds.above("repetitionPenalty", 0, 100, repetitionPenalty);
    Bounds.within("presencePenalty", -2, 2, presencePenalty);
    Bounds.within("frequencyPenalty", -2, 2, frequencyPenalty);
    Bounds.within(
        "noRepeatNgramSize", 0, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, noRepeatNgramSize);
  }
}
