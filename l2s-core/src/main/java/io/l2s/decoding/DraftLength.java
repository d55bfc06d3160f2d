package io.l2s.decoding;

/**
 * How many tokens to draft: as many as promise the most tokens for their time, by how many of the
 * drafted ones have stood so far (Leviathan et al., arXiv 2211.17192, section 3.5). It depends on
 * tokens alone, not on a clock, so that the same request takes the same course every time.
 */
final class DraftLength {

  static final int LONGEST = 8;

  /** Of a draft's reading, in steps of the large model; docs/benchmarks.md has the measurement. */
  private static final double FIXED = 1.1;

  private static final double PER_TOKEN = 0.1;

  /** What counts of the past after each draft. */
  private static final double KEPT = 0.9;

  private final double draftCost;
  // As if two of three had stood already, so that one unlucky draft does not decide.
  private double stood = 2;
  private double examined = 3;

  /**
   * @param draftCost time of a step of the small model, as a share of one of the large model
   */
  DraftLength(double draftCost) {
    if (!(draftCost > 0)) {
      throw new IllegalArgumentException("draftCost must be above 0, but was " + draftCost);
    }
    this.draftCost = draftCost;
  }

  /** From 1 to {@link #LONGEST}. */
  int next() {
    int best = 1;
    for (int length = 2; length <= LONGEST; length++) {
      if (gain(length) > gain(best)) {
        best = length;
      }
    }
    return best;
  }

  /** Expected tokens for the time of one step of the large model. */
  private double gain(int length) {
    double rate = stood / examined;
    double all = Math.pow(rate, length);
    double tokens = (1 - all * rate) / (1 - rate);
    // A draft that stands as a whole takes the small model a step more, to read its last token.
    return tokens / (FIXED + length * PER_TOKEN + (length + all) * draftCost);
  }

  /** Of {@code drafted} tokens, the first {@code accepted} stood. */
  void record(int drafted, int accepted) {
    stood = KEPT * stood + accepted;
    // What follows the first that falls was never examined. One more keeps the rate below 1.
    examined = KEPT * examined + accepted + (accepted < drafted ? 1 : 0.1);
  }
}
