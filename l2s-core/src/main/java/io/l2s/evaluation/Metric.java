package io.l2s.evaluation;

import java.util.List;

/**
 * A measure of how near hypotheses come to their references.
 *
 * <p>Each segment has statistics whose sums over a corpus are all that its score needs, so that a
 * resampled corpus costs additions only. Implementations are immutable and safe for use by several
 * threads.
 */
public interface Metric {

  /** The name as the metric's reference implementation writes it, as {@code chrF2++}. */
  String name();

  /** What the figure depends on, in sacrebleu's notation, as {@code case:mixed|eff:no}. */
  String settings();

  /** Whether the greater of two scores is the better one. */
  default boolean higherIsBetter() {
    return true;
  }

  /**
   * What {@code hypothesis} adds to the sums that {@link #score} takes.
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
