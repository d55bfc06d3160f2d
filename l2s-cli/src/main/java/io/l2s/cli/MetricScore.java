package io.l2s.cli;

import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.Bootstrap.Comparison;
import io.l2s.evaluation.Bootstrap.Interval;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.Score;
import java.util.Optional;

/**
 * The score of a file of answers under one metric.
 *
 * @param interval the interval of the score, if the user asked for it
 * @param other the system compared with it, if there is one
 */
record MetricScore(
    Score score, boolean higherIsBetter, Optional<Interval> interval, Optional<Other> other) {

  /** The score of a second file of answers, and the difference. */
  record Other(Score score, Comparison comparison) {}

  static MetricScore of(CorpusStatistics measured) {
    return of(measured, Optional.empty(), Optional.empty());
  }

  static MetricScore of(CorpusStatistics measured, Bootstrap bootstrap) {
    return of(measured, Optional.of(bootstrap.interval(measured)), Optional.empty());
  }

  static MetricScore of(CorpusStatistics measured, CorpusStatistics other, Bootstrap bootstrap) {
    Comparison comparison = bootstrap.compare(measured, other);
    return of(
        measured,
        Optional.of(comparison.baseline()),
        Optional.of(new Other(other.score(), comparison)));
  }

  private static MetricScore of(
      CorpusStatistics measured, Optional<Interval> interval, Optional<Other> other) {
    return new MetricScore(measured.score(), measured.metric().higherIsBetter(), interval, other);
  }
}
