package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * The LLM's part of LLM-to-SLM decoding: it reads prompts in parallel and yields their features H.
 *
 * <p>Called on the native thread only. Arrays it returns belong to the scope given; it keeps none
 * of those it is handed.
 */
public interface LlmEncoder extends AutoCloseable {

  /** Width of H, {@code llmWidth}. */
  int width();

  /** The LLM's own input embeddings, for SLMs whose tokenizer differs. */
  TokenEmbedder embeddings();

  /** Most tokens that the model has positions for. */
  default ContextLimits contextLimits() {
    return ContextLimits.NONE;
  }

  /**
   * The prompt features H.
   *
   * @return {@code [batch, maxLength, width]}, float32; rows beyond a prompt's length are undefined
   */
  NDArray encode(NDManager scope, TokenBatch prompts);

  /**
   * The LLM's own decoder, which makes the route {@code LLM_ONLY}. It shares the weights of this
   * encoder, which owns them. Empty: that route, and with it the fallback, is not there.
   */
  default Optional<LlmDecoder> decoder() {
    return Optional.empty();
  }

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
