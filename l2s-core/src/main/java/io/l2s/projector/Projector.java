package io.l2s.projector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Optional;

/** Maps prompt features into the SLM's embedding space (paper, section 3.2). Native thread only. */
public interface Projector extends AutoCloseable {

  /** Width of H that it takes. */
  int inputWidth();

  /** Width of P that it gives, the SLM's embedding width. */
  int outputWidth();

  /**
   * P of H.
   *
   * @param features {@code [batch, length, inputWidth]}
   * @return {@code [batch, length, outputWidth]}
   */
  NDArray project(NDManager scope, NDArray features);

  /**
   * The embedding adapter that was trained with this projector, which owns it; empty where there is
   * none.
   */
  default Optional<EmbeddingAdapter> embeddingAdapter() {
    return Optional.empty();
  }

  /** The file that it was loaded from; empty where it comes from elsewhere. */
  default Optional<Path> file() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
