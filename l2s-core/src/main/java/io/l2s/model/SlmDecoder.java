package io.l2s.model;

import ai.djl.ndarray.NDArray;

/**
 * A small model that writes: prefilled with its prompt's input embeddings, fused ones or its own,
 * it decodes token by token. Native thread only.
 */
public interface SlmDecoder extends AutoCloseable {

  /** The model's input embeddings, as wide as the vectors that {@link #prefill} takes. */
  TokenEmbedder embeddings();

  /** Size of the vocabulary whose ids decoding yields. */
  int vocabularySize();

  /** Whether every state is a {@link RewindableState}, which the route {@code EXACT} needs. */
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
   * Ids that stand before the first generated one, as penalties on repetition see them.
   *
   * @param promptIds the prompt's ids where the model reads them by itself; empty where the prompt
   *     reaches it as fused vectors
   */
  default int[] penaltyPrefix(int[] promptIds) {
    return new int[0];
  }

  /**
   * Reads the prompts' input embeddings and makes ready to decode.
   *
   * @param inputs {@code [batch, maxLength, width]}, float32; positions beyond a row's length are
   *     masked
   * @param lengths each row's true length
   */
  DecoderState prefill(NDArray inputs, int[] lengths);

  @Override
  default void close() {}
}
