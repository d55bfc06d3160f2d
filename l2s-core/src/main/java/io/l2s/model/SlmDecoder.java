package io.l2s.model;

import ai.djl.ndarray.NDArray;

/**
 * A small model that writes: prefilled with its prompt's input embeddings, fused ones or its own,
 * it decodes token by token. Native thread only.
 */
public interface SlmDecoder extends DecoderTraits, AutoCloseable {

  /** The model's input embeddings, as wide as the vectors that {@link #prefill} takes. */
  TokenEmbedder embeddings();

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
