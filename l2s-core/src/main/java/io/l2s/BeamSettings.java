package io.l2s;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of a beam search that a builder was given; null where it was given none. */
final class BeamSettings {

  int numBeams = 1;
  @Nullable Double lengthPenalty;
  EarlyStopping earlyStopping = EarlyStopping.FALSE;

  /** Takes all values of {@code search}. */
  void set(BeamSearch search) {
    numBeams = search.numBeams();
    lengthPenalty =
        search.lengthPenalty() == BeamSearch.STANDARD_LENGTH_PENALTY
            ? null
            : search.lengthPenalty();
    earlyStopping = search.earlyStopping();
  }

  /** Whether beams are followed. */
  boolean on() {
    return numBeams > 1;
  }

  /**
   * The beam search; empty if it is off.
   *
   * @throws InvalidRequestException naming the value that is out of range, or that is set without
   *     beams
   */
  Optional<BeamSearch> checked() {
    Bounds.within("numBeams", 1, BeamSearch.MOST_BEAMS, numBeams);
    if (on()) {
      return Optional.of(
          new BeamSearch(
              numBeams,
              lengthPenalty == null ? BeamSearch.STANDARD_LENGTH_PENALTY : lengthPenalty,
              earlyStopping));
    }
    if (lengthPenalty != null) {
      throw new InvalidRequestException(
          "lengthPenalty",
          "left out without beams; set numBeams above 1",
          lengthPenalty,
          "numBeams");
    }
    if (earlyStopping != EarlyStopping.FALSE) {
      throw new InvalidRequestException(
          "earlyStopping", "false without beams; set numBeams above 1", earlyStopping, "numBeams");
    }
    return Optional.empty();
  }
}
