package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * The LLM's part of LLM-to-SLM decoding: reads prompts in parallel and yields their features H.
 *
 * <p>Called on the native thread only. Arrays it returns belong to the scope given; it keeps none
 * of those it is handed.
 */
public interface Encoder extends AutoCloseable {

  /** Width of H, {@code llmWidth}. */
  int width();

  /**
   * The prompt features H.
   *
   * @return {@code [batch, maxLength, width]}, float32; rows beyond a prompt's length are undefined
   */
  NDArray encode(NDManager scope, TokenBatch prompts);

  /**
   * The LLM's own decoder, whose prefill takes H; it makes the route {@code LLM_ONLY}. Empty: that
   * route, and with it the fallback, is not there.
   */
  default Optional<Decoder> decoder() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
