package io.l2s.model;

import java.util.OptionalInt;

/**
 * Sizes of an encoder-decoder model that serving needs to know.
 *
 * @param contextLength most positions of a prompt, and most of an answer; empty where positions are
 *     relative and so without limit
 * @param startToken first input of the decoder
 * @param stepWeights weights that one decode step reads
 */
public record EncoderDecoderShape(
    int width,
    int vocabularySize,
    int encoderLayers,
    OptionalInt contextLength,
    int startToken,
    long stepWeights) {

  /** What its surroundings must fit. */
  public ModelShape surroundings() {
    return new ModelShape(width, vocabularySize, encoderLayers);
  }

  EncoderDecoderShape withStartToken(int token) {
    return new EncoderDecoderShape(
        width, vocabularySize, encoderLayers, contextLength, token, stepWeights);
  }
}
