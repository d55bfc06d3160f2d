package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.evaluation.Bleu;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.Metric;
import io.l2s.evaluation.Ter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class EvaluationPlotTest {

  @Test
  void aRouteIsAPointOfSpeedAndQualityWithItsInterval() {
    MetricScore bleu = score(new Bleu());

    XYChart chart =
        EvaluationPlot.chart(
            report(route(Route.HYBRID, bleu, 20), route(Route.LLM_ONLY, bleu, 80)));

    assertThat(chart.getSeriesCollection())
        .extracting(XYSeries::getName)
        .containsExactly("hybrid", "llm-only");
    XYSeries hybrid = chart.getSeries("hybrid");
    // Two sentences in 20 ms.
    assertThat(hybrid.getXData()).containsExactly(100);
    assertThat(hybrid.getYData()).containsExactly(bleu.score().value());
    assertThat(bleu.interval().orElseThrow().halfWidth()).isPositive();
    assertThat(hybrid.getExtraValues()).containsExactly(bleu.interval().orElseThrow().halfWidth());
    assertThat(chart.getSeries("llm-only").getXData()).containsExactly(25);
    assertThat(chart.getYAxisTitle()).isEqualTo("BLEU");
  }

  @Test
  void theAxisOfAnErrorRateSaysThatLowerIsBetter() {
    XYChart chart = EvaluationPlot.chart(report(route(Route.HYBRID, score(new Ter()), 20)));

    assertThat(chart.getYAxisTitle()).isEqualTo("TER, lower is better");
  }

  private static MetricScore score(Metric metric) {
    return MetricScore.of(
        metric.measure(
            List.of("the cat sat on the mat", "a dog ran very far off"),
            List.of(List.of("the cat sat on the mat"), List.of("a dog ran far away today"))),
        Bootstrap.DEFAULT);
  }

  private static RouteScore route(Route route, MetricScore quality, int milliseconds) {
    return new RouteScore(
        route,
        1_000,
        List.of(quality),
        List.of(1.0, 2.0),
        20,
        Duration.ofMillis(milliseconds),
        new RouteScore.Shares(0.25, 0.15, 0.5, 0.1));
  }

  private static EvaluationReport report(RouteScore... scores) {
    return new EvaluationReport(
        new TreeMap<>(Map.of("bundle", "b")),
        "d.tsv",
        2,
        2,
        16,
        256,
        Precision.F32,
        Optional.of(Precision.F32),
        "cpu",
        2,
        Bootstrap.DEFAULT,
        scores[0].route(),
        List.of(scores),
        List.of());
  }
}
