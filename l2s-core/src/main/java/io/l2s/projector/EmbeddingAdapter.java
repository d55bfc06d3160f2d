package io.l2s.projector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Maps the LLM's input embeddings into the SLM's embedding space, for SLMs that have another
 * vocabulary: a matrix without bias, trained and stored with the projector. Native thread only.
 */
public interface EmbeddingAdapter {

  /** Width of the LLM's input embeddings. */
  int inputWidth();

  /** Width of the SLM's input embeddings. */
  int outputWidth();

  /**
   * {@code W_adapter · embeddings}.
   *
   * @param embeddings {@code [batch, length, inputWidth]}, float32, on any device
   * @return {@code [batch, length, outputWidth]}, float32, where the projector's vectors are
   */
  NDArray adapt(NDManager scope, NDArray embeddings);
}
