package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A model's input embeddings. Native thread only. */
public interface TokenEmbedder {

  /** Width of the vectors. */
  int width();

  /**
   * The vectors that the model itself would read for these ids, scaled as it scales them, before
   * positions are added.
   *
   * @return {@code [batch, maxLength, width]}, float32; rows beyond a prompt's length are undefined
   */
  NDArray embed(NDManager scope, TokenBatch ids);
}
