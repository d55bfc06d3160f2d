package io.l2s.decoding;

import java.util.Arrays;

/** Each row's best tokens after a step's edits, best first; rows may hold unequal numbers. */
final class TopTokens {

  private final float[][] scores;
  private final long[][] ids;
  private final float[][] logprobs;
  private final float[] totals;

  private TopTokens(int rows) {
    this.scores = new float[rows][];
    this.ids = new long[rows][];
    this.logprobs = new float[rows][];
    this.totals = new float[rows];
  }

  /** Takes the same number of tokens for each row, all rows in one array. */
  TopTokens(float[] scores, long[] ids, float[] logprobs, float[] totals) {
    this(totals.length);
    long[] rows = new long[totals.length];
    Arrays.setAll(rows, row -> row);
    put(rows, scores, ids, logprobs, totals);
  }

  /** Room for rows that {@link #put} fills. */
  static TopTokens room(int rows) {
    return new TopTokens(rows);
  }

  /** Fills {@code rows} with the same number of tokens each. */
  void put(long[] rows, float[] scores, long[] ids, float[] logprobs, float[] totals) {
    int width = scores.length / rows.length;
    for (int i = 0; i < rows.length; i++) {
      int row = Math.toIntExact(rows[i]);
      int from = i * width;
      this.scores[row] = Arrays.copyOfRange(scores, from, from + width);
      this.ids[row] = Arrays.copyOfRange(ids, from, from + width);
      this.logprobs[row] = Arrays.copyOfRange(logprobs, from, from + width);
      this.totals[row] = totals[i];
    }
  }

  /** Number of tokens of the row. */
  int width(int row) {
    return ids[row].length;
  }

  /** Whether the row's logits were finite. */
  boolean finite(int row) {
    return Float.isFinite(totals[row]);
  }

  int id(int row, int rank) {
    return (int) ids[row][rank];
  }

  /** The rank of {@code id}, which is one of the row's tokens. */
  int rank(int row, int id) {
    int rank = 0;
    while (ids[row][rank] != id) {
      rank++;
    }
    return rank;
  }

  /** The score after the edits. */
  float score(int row, int rank) {
    return scores[row][rank];
  }

  /** The log-probability before the edits. */
  float logprob(int row, int rank) {
    return logprobs[row][rank];
  }
}
