package io.l2s.decoding;

/**
 * Chooses how many tokens to draft. The choice maximizes the expected tokens per unit of time,
 * given the share of drafted tokens that were accepted so far (Leviathan et al., arXiv 2211.17192,
 * section 3.5). It depends only on tokens, not on a clock, so that a repeated request takes the
 * same course.
 */
final class DraftLength {

  static final int LONGEST = 8;

  /** Cost of verifying any draft, in steps of the large model; measured in docs/benchmarks.md. */
  private static final double FIXED = 1.1;

  /** Further cost of verifying each token of a draft. */
  private static final double PER_TOKEN = 0.1;

  /** Weight that the past keeps after each draft. */
  private static final double KEPT = 0.9;

  private final double draftCost;
  private final int longest;
  // Starts as if two of three tokens had been accepted, so that one unlucky draft does not decide.
  private double accepted = 2;
  private double examined = 3;

  /**
   * Drafts of a small model.
   *
   * @param draftCost time of a step of the small model, as a share of one of the large model
   */
  DraftLength(double draftCost) {
    this(draftCost, LONGEST);
    if (!(draftCost > 0)) {
      throw new IllegalArgumentException("draftCost must be above 0, but was " + draftCost);
    }
  }

  private DraftLength(double draftCost, int longest) {
    this.draftCost = draftCost;
    this.longest = longest;
  }

  /** Drafts of at most {@code longest} tokens that cost nothing. */
  static DraftLength ofLookup(int longest) {
    return new DraftLength(0, longest);
  }

  /** From 1 to the longest. */
  int next() {
    int best = 1;
    for (int length = 2; length <= longest; length++) {
      if (gain(length) > gain(best)) {
        best = length;
      }
    }
    return best;
  }

  /** Expected tokens for the time of one step of the large model. */
  private double gain(int length) {
    double rate = accepted / examined;
    double all = Math.pow(rate, length);
    double tokens = (1 - all * rate) / (1 - rate);
    // The small model needs one more step to read the last token of a fully accepted draft.
    return tokens / (FIXED + length * PER_TOKEN + (length + all) * draftCost);
  }

  /** Records that the large model accepted the first {@code count} of {@code drafted} tokens. */
  void record(int drafted, int count) {
    accepted = KEPT * accepted + count;
    // Tokens behind the first rejected one were never examined. The 0.1 keeps the rate below 1.
    examined = KEPT * examined + count + (count < drafted ? 1 : 0.1);
  }
}
