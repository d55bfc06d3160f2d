package io.l2s;

import java.util.Objects;

/**
 * How a beam search runs; names and meanings are those of transformers' {@code GenerationConfig}.
 *
 * @param numBeams beams that the search follows, 2 to 64
 * @param lengthPenalty exponent of the length by which a beam's score is divided, -10 to 10
 * @param earlyStopping when the search ends once it has found {@code numBeams} answers
 */
public record BeamSearch(int numBeams, double lengthPenalty, EarlyStopping earlyStopping) {

  static final int MOST_BEAMS = 64;
  static final double STANDARD_LENGTH_PENALTY = 1;

  /**
   * @throws InvalidRequestException naming the component that is out of range
   */
  public BeamSearch {
    Bounds.within("numBeams", 2, MOST_BEAMS, numBeams);
    Bounds.within("lengthPenalty", -10, 10, lengthPenalty);
    Objects.requireNonNull(earlyStopping, "earlyStopping");
  }

  /** A search with {@code numBeams} beams and transformers' other defaults. */
  public static BeamSearch of(int numBeams) {
    return new BeamSearch(numBeams, STANDARD_LENGTH_PENALTY, EarlyStopping.FALSE);
  }
}
