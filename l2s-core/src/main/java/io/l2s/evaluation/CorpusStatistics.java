package io.l2s.evaluation;

import java.util.List;

/**
 * The statistics of each segment of a test set under one metric, from which the set and every
 * sample of it can be scored. Immutable.
 */
public final class CorpusStatistics {

  private final Metric metric;
  private final String signature;
  private final double[][] segments; // [segment][statistic]

  private CorpusStatistics(Metric metric, String signature, double[][] segments) {
    this.metric = metric;
    this.signature = signature;
    this.segments = segments;
  }

  static CorpusStatistics of(
      Metric metric, List<String> hypotheses, List<List<String>> references) {
    Segments.validate(hypotheses, references);
    double[][] segments = new double[hypotheses.size()][];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = metric.statistics(hypotheses.get(i), references.get(i));
    }
    String signature = "nrefs:" + Segments.referenceCount(references) + "|" + metric.settings();
    return new CorpusStatistics(metric, signature, segments);
  }

  /** The metric that measured them. */
  public Metric metric() {
    return metric;
  }

  /** The number of segments. */
  public int size() {
    return segments.length;
  }

  /** The score of the whole test set. */
  public Score score() {
    double[] sums = new double[segments[0].length];
    for (double[] segment : segments) {
      add(sums, segment);
    }
    return new Score(metric.name(), metric.score(sums), signature);
  }

  /** The score of a test set made of the segments with the given indices, which may recur. */
  double score(int[] sample) {
    double[] sums = new double[segments[0].length];
    for (int index : sample) {
      add(sums, segments[index]);
    }
    return metric.score(sums);
  }

  private static void add(double[] sums, double[] segment) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += segment[i];
    }
  }
}
