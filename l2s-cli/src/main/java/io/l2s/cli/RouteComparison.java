package io.l2s.cli;

import io.l2s.Route;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.Bootstrap.Comparison;
import io.l2s.evaluation.CorpusStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How one route's quality differs from another's.
 *
 * @param against the route that the differences are relative to
 * @param metrics a comparison for each metric
 */
record RouteComparison(Route route, Route against, List<Comparison> metrics) {

  /**
   * Compares each route with the baseline. It also compares the hybrid with {@code SLM_ONLY}, which
   * shows the effect of the large model, where neither is the baseline.
   *
   * @param measured the statistics of each route's answers for each metric
   */
  static List<RouteComparison> all(
      Map<Route, List<CorpusStatistics>> measured, Route baseline, Bootstrap bootstrap) {
    List<RouteComparison> all = new ArrayList<>();
    for (Route route : measured.keySet()) {
      if (route != baseline) {
        all.add(of(measured, route, baseline, bootstrap));
      }
    }
    if (measured.containsKey(Route.HYBRID)
        && measured.containsKey(Route.SLM_ONLY)
        && baseline != Route.HYBRID
        && baseline != Route.SLM_ONLY) {
      all.add(of(measured, Route.HYBRID, Route.SLM_ONLY, bootstrap));
    }
    return all;
  }

  private static RouteComparison of(
      Map<Route, List<CorpusStatistics>> measured,
      Route route,
      Route against,
      Bootstrap bootstrap) {
    List<CorpusStatistics> own = Objects.requireNonNull(measured.get(route));
    List<CorpusStatistics> other = Objects.requireNonNull(measured.get(against));
    return new RouteComparison(
        route,
        against,
        IntStream.range(0, own.size())
            .mapToObj(metric -> bootstrap.compare(other.get(metric), own.get(metric)))
            .toList());
  }
}
