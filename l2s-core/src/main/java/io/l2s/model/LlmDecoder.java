package io.l2s.model;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The LLM's own decoder. It does not own its weights: closing the {@link LlmEncoder} frees them.
 * Native thread only.
 */
public interface LlmDecoder extends DecoderTraits {

  /** Whether {@link #prefill} uses H; otherwise it reads the ids alone. */
  default boolean readsFeatures() {
    return true;
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
