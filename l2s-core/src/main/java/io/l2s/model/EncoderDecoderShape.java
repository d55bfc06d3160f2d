package io.l2s.model;

/**
 * Sizes of an encoder-decoder model that serving needs to know.
 *
 * @param limits most tokens that there are positions for; none where positions are relative
 * @param startToken first input of the decoder
 * @param stepWeights weights that one decode step reads
 */
public record EncoderDecoderShape(
    int width,
    int vocabularySize,
    int encoderLayers,
    ContextLimits limits,
    int startToken,
    long stepWeights) {

  /** What its surroundings must fit. */
  public ModelShape surroundings() {
    return new ModelShape(width, vocabularySize, encoderLayers, limits);
  }

  EncoderDecoderShape withStartToken(int token) {
    return new EncoderDecoderShape(
        width, vocabularySize, encoderLayers, limits, token, stepWeights);
  }
}
