package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * An SLM in training: its weights take gradients, which flow through {@link #embeddings}, too.
 * Native thread only.
 */
public interface TrainableSlm extends AutoCloseable {

  /** The model's input embeddings, as wide as the vectors that {@link #loss} takes. */
  TokenEmbedder embeddings();

  /** Size of the vocabulary whose ids targets are made of. */
  int vocabularySize();

  /** The weights that training changes, by their checkpoint names, float32; tied weights once. */
  Map<String, NDArray> parameters();

  /** All tensors of a checkpoint of the model as it is now, by their names there, float32. */
  default Map<String, NDArray> tensors() {
    return parameters();
  }

  /**
   * The loss of the targets under teacher forcing.
   *
   * @param inputs input embeddings of the prompts, {@code [batch, maxLength, width]}
   * @param lengths true prompt lengths
   * @param targets target ids, ending in the end-of-sequence token
   * @param labelSmoothing share of the probability spread over the vocabulary, 0 to below 1
   * @param dropout share of activations that are dropped, 0 to below 1
   * @return scalar that belongs to {@code scope}: mean negative log-likelihood of all target tokens
   *     of the batch, in nats
   */
  NDArray loss(
      NDManager scope,
      NDArray inputs,
      int[] lengths,
      TokenBatch targets,
      double labelSmoothing,
      double dropout);

  /** Lets the weights take no gradients from now on; those of the inputs still flow. */
  void freeze();

  @Override
  void close();
}
