package io.l2s.model;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Sizes of a model that its surroundings must fit.
 *
 * @param width of its input embeddings and of its prompt features
 * @param vocabularySize ids that it embeds and scores
 * @param layers of the stack that makes prompt features: the encoder's, or all of a decoder-only
 *     model
 * @param limits most tokens that it has positions for
 */
public record ModelShape(int width, int vocabularySize, int layers, ContextLimits limits) {

  /** The largest width, vocabulary or number of positions that a config may name. */
  public static final int MAX_SIZE = 1 << 24;

  /**
   * The layer after which prompt features are taken.
   *
   * @param wanted 0 for the embeddings; empty: the last
   * @param layers of the model, as in {@link #layers}
   * @param config the model's file, which the message names
   * @throws ModelLoadException if the model has fewer layers
   */
  public static int featureLayer(OptionalInt wanted, int layers, Path config) {
    int layer = wanted.orElse(layers);
    if (layer < 0 || layer > layers) {
      throw new ModelLoadException(
          config,
          "the feature layer must be between 0 and "
              + layers
              + ", the number of the LLM's layers that read a prompt, but was "
              + layer);
    }
    return layer;
  }
}
