package io.l2s.evaluation;

import java.util.List;

/**
 * The share of hypotheses that equal one of their references in every character. Case, punctuation
 * and white space count, without Unicode normalization.
 */
public record ExactMatch() implements Metric {

  private static final int MATCHES = 0;
  private static final int SEGMENTS = 1;

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public String settings() {
    return "case:mixed|tok:none";
  }

  @Override
  public double[] statistics(String hypothesis, List<String> references) {
    double[] statistics = new double[2];
    statistics[MATCHES] = references.contains(hypothesis) ? 1 : 0;
    statistics[SEGMENTS] = 1;
    return statistics;
  }

  @Override
  public double score(double[] sums) {
    return 100 * sums[MATCHES] / sums[SEGMENTS];
  }
}
