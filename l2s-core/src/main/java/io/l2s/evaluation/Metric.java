package io.l2s.evaluation;

import java.util.List;

/**
 * A measure of how near hypotheses come to their references.
 *
 * <p>The score of a corpus depends only on the sums of its segments' statistics, so a resampled
 * corpus costs only additions. Implementations are immutable and thread-safe.
 */
public interface Metric {

  /** The name in the metric's reference implementation, such as {@code chrF2++}. */
  String name();

  /** The settings of the figure in sacrebleu's notation, such as {@code case:mixed|eff:no}. */
  String settings();

  /** Whether the greater of two scores is the better one. */
  default boolean higherIsBetter() {
    return true;
  }

  /**
   * The statistics of {@code hypothesis}, which {@link #score} takes summed up.
   *
   * @param references at least one
   * @return always of the same length for the same metric
   */
  double[] statistics(String hypothesis, List<String> references);

  /**
   * The score of a corpus, as a percentage.
   *
   * @param sums the statistics of its segments, added up
   */
  double score(double[] sums);

  /**
   * Scores {@code hypotheses} against one or more references each; their number may differ from
   * segment to segment.
   *
   * @throws IllegalArgumentException if there is no hypothesis, or one without a list of references
   */
  default CorpusStatistics measure(List<String> hypotheses, List<List<String>> references) {
    return CorpusStatistics.of(this, hypotheses, references);
  }
}
