package io.l2s.model;

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
}
