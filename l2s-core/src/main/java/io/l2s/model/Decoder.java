package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A model that writes: prefilled with what conditions it, it decodes token by token.
 *
 * <p>For an SLM the condition is its prompt's input embeddings (fused, or plain ones from {@link
 * #embed}); for an LLM's own decoder it is the prompt features H. Called on the native thread only.
 */
public interface Decoder extends AutoCloseable {

  /** Width of the vectors that {@link #prefill} takes. */
  int width();

  /** Size of the vocabulary whose ids {@link #embed} takes and decoding yields. */
  int vocabularySize();

  /** Weights that one decode step reads, by which its time is guessed; 0 if that is not known. */
  default long stepWeights() {
    return 0;
  }

  /** Ids that stand before the first generated one, as penalties on repetition see them. */
  default List<Integer> startIds() {
    return List.of();
  }

  /**
   * The model's own input embeddings of prompt ids.
   *
   * @return {@code [batch, maxLength, width]}, float32
   */
  NDArray embed(NDManager scope, TokenBatch prompts);

  /**
   * Reads the conditioning vectors and makes ready to decode.
   *
   * @param inputs {@code [batch, maxLength, width]}, float32; positions beyond a row's length are
   *     masked
   * @param lengths each row's true length
   */
  DecoderState prefill(NDArray inputs, int[] lengths);

  @Override
  default void close() {}
}
