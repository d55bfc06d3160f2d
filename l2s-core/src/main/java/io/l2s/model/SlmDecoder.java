package io.l2s.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

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

  /**
   * How a file has changed whose weights this model reads where they lie; empty where none has. It
   * reads no content. Any thread.
   */
  default Optional<String> weightsChange() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
