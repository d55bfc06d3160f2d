package io.l2s.model;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The LLM's own decoder. It does not own its weights: closing the {@link LlmEncoder} frees them.
 * Native thread only.
 */
public interface LlmDecoder {

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

  /** Whether {@link #prefill} uses H; otherwise it reads the ids alone. */
  default boolean readsFeatures() {
    return true;
  }

  /**
   * Ids that stand before the first generated one, as penalties on repetition see them: the start
   * token of an encoder-decoder, the prompt of a decoder-only model.
   */
  default int[] penaltyPrefix(int[] promptIds) {
    return new int[0];
  }

  /**
   * Reads the prompts and makes ready to decode. An encoder-decoder attends to {@code h}; a
   * decoder-only model reads the ids.
   *
   * @param h null where {@link #readsFeatures} is false; else prompt features of the LLM's encoder,
   *     {@code [batch, maxLength, llmWidth]}, float32; positions beyond a row's length are masked
   */
  DecoderState prefill(@Nullable NDArray h, TokenBatch prompts);
}
