package io.l2s.model;

/**
 * Sizes of a decoder-only model that serving needs to know.
 *
 * @param contextLength most positions of prompt and answer together
 * @param window most positions that any layer attends to; {@link Integer#MAX_VALUE} where a layer
 *     attends to all
 * @param stepWeights weights that one decode step reads
 * @param cachedPerToken numbers that keys and values of a token hold, all layers together
 */
public record DecoderOnlyShape(
    int width,
    int vocabularySize,
    int layers,
    int contextLength,
    int window,
    long stepWeights,
    long cachedPerToken) {

  /** The sizes that other parts must fit. */
  public ModelShape surroundings() {
    return new ModelShape(width, vocabularySize, layers, ContextLimits.together(contextLength));
  }
}
