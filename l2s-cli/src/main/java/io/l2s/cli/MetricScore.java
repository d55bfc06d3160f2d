package io.l2s.cli;

import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.Bootstrap.Comparison;
import io.l2s.evaluation.Bootstrap.Interval;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.Score;
import java.util.Optional;

/**
 * What one metric says of a file of answers.
 *
 * @param interval of the score, if it was asked for
 * @param other the system compared with it, if there is one
 */
record MetricScore(
    Score score, boolean higherIsBetter, Optional<Interval> interval, Optional<Other> other) {

  /** What the metric says of a second file of answers. */
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
