package io.l2s.model;

/**
 * Sizes of an encoder-decoder model that serving needs to know.
 *
 * @param limits most tokens that there are positions for; none where positions are relative
 * @param startToken first input of the decoder
 * @param stepWeights weights that one decode step reads
 * @param cachedPerToken numbers that the decoder's keys and values of a token hold, of the prompt
 *     or of the answer, all layers together
 */
public record EncoderDecoderShape(
    int width,
    int vocabularySize,
    int encoderLayers,
    ContextLimits limits,
    int startToken,
    long stepWeights,
    long cachedPerToken) {

  /** The sizes that other parts must fit. */
  public ModelShape surroundings() {
    return new ModelShape(width, vocabularySize, encoderLayers, limits);
  }

  EncoderDecoderShape withStartToken(int token) {
    return new EncoderDecoderShape(
        width, vocabularySize, encoderLayers, limits, token, stepWeights, cachedPerToken);
  }
}
