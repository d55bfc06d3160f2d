package io.l2s.model;

/** The facts that serving needs of a decoder, be it the LLM's own or the SLM's. */
public interface DecoderTraits {

  /** Size of the vocabulary whose ids decoding yields. */
  int vocabularySize();

  /**
   * Whether every state is a {@link RewindableState}, which the route {@code EXACT} and prompt
   * lookup need.
   */
  default boolean rewindable() {
    return false;
  }

  /** Weights that one decode step reads, by which its time is guessed; 0 if that is not known. */
  default long stepWeights() {
    return 0;
  }

  /** Most tokens that the model has positions for. */
  default ContextLimits contextLimits() {
    return ContextLimits.NONE;
  }

  /** Ids that the model's settings force into every answer. */
  default ForcedTokens forcedTokens() {
    return ForcedTokens.NONE;
  }

  /**
   * Ids that stand before the first generated one, as penalties on repetition see them: the start
   * token of an encoder-decoder, the prompt of a decoder-only model.
   *
   * @param promptIds the prompt's ids; empty where the prompt reaches an SLM as fused vectors
   */
  default int[] penaltyPrefix(int[] promptIds) {
    return new int[0];
  }
}
