package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class BenchmarkPlotTest {

  @Test
  void aRoutesStepsAreALineOverTheBatchSizes() {
    XYChart chart =
        BenchmarkPlot.stages(
            List.of(stage("llm-only", 1, 29), stage("llm-only", 8, 40), stage("hybrid", 1, 3)));

    assertThat(chart.getSeriesCollection())
        .extracting(XYSeries::getName)
        .containsExactly("llm-only", "hybrid");
    assertThat(chart.getSeries("llm-only").getXData()).containsExactly(1, 8);
    assertThat(chart.getSeries("llm-only").getYData()).containsExactly(29, 40);
    assertThat(chart.getSeries("hybrid").getYData()).containsExactly(3);
  }

  @Test
  void aRoutesLatenciesAreTwoLinesOfOneColorOverItsThroughput() {
    XYChart chart =
        BenchmarkPlot.load(
            List.of(
                load("llm-only", 1, 10, 90, 110),
                load("llm-only", 16, 55, 250, 400),
                load("hybrid", 16, 200, 70, 120)));

    assertThat(chart.getSeriesCollection())
        .extracting(XYSeries::getName)
        .containsExactly("llm-only, p50", "llm-only, p99", "hybrid, p50", "hybrid, p99");
    XYSeries median = chart.getSeries("llm-only, p50");
    XYSeries slowest = chart.getSeries("llm-only, p99");
    assertThat(median.getXData()).containsExactly(10, 55);
    assertThat(median.getYData()).containsExactly(90, 250);
    assertThat(slowest.getXData()).containsExactly(10, 55);
    assertThat(slowest.getYData()).containsExactly(110, 400);
    assertThat(slowest.getLineColor()).isEqualTo(median.getLineColor());
    assertThat(chart.getSeries("hybrid, p50").getLineColor()).isNotEqualTo(median.getLineColor());
  }

  private static LoadBenchmark.Row load(
      String route, int clients, double rate, double latency50, double latency99) {
    return new LoadBenchmark.Row(
        route, clients, 64, rate, 20 * rate, latency50, latency99, 5, 9, 0);
  }

  private static StageBenchmark.Row stage(String route, int batch, double perStep) {
    List<Spread> columns = new ArrayList<>(Collections.nCopies(7, new Spread(1_000, 900, 1_100)));
    columns.set(3, new Spread(perStep, perStep - 1, perStep + 1));
    return new StageBenchmark.Row(route, batch, columns, 100);
  }
}
