package io.l2s.decoding;

/** Each row's best tokens after a step's edits, best first. */
public final class Picked {

  private final float[] scores;
  private final long[] ids;
  private final float[] logprobs;
  private final float[] totals;
  private final int width;

  Picked(float[] scores, long[] ids, float[] logprobs, float[] totals) {
    this.scores = scores;
    this.ids = ids;
    this.logprobs = logprobs;
    this.totals = totals;
    this.width = scores.length / totals.length;
  }

  /** Tokens a row. */
  int width() {
    return width;
  }

  /** Whether the row's logits were finite. */
  boolean finite(int row) {
    return Float.isFinite(totals[row]);
  }

  int id(int row, int rank) {
    return (int) ids[row * width + rank];
  }

  /** The score after the edits. */
  float score(int row, int rank) {
    return scores[row * width + rank];
  }

  /** The log-probability before the edits. */
  float logprob(int row, int rank) {
    return logprobs[row * width + rank];
  }
}
