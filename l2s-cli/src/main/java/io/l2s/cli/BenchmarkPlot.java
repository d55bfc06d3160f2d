package io.l2s.cli;

import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the figures of a benchmark, lines for each route. */
final class BenchmarkPlot {

  // Distance of a label above its point, as a share of the highest value, so that it does not cover
  // the point.
  private static final double LABEL_DISTANCE = 0.03;

  private BenchmarkPlot() {}

  /** The time of a decode step against the batch size. */
  static XYChart stages(List<StageBenchmark.Row> rows) {
    XYChart chart =
        PlotFile.chart("Median time of a decode step", "sequences in a batch", "milliseconds");
    chart.getStyler().setYAxisMin(0.0);
    byRoute(rows, StageBenchmark.Row::route)
        .forEach(
            (route, own) ->
                chart
                    .addSeries(
                        route,
                        values(own, StageBenchmark.Row::batch),
                        values(own, row -> row.perStep().median()))
                    .setMarker(SeriesMarkers.CIRCLE));
    return chart;
  }

  /** Latency against throughput; each point is a number of clients, which stands at its p99. */
  static XYChart load(List<LoadBenchmark.Row> rows) {
    XYChart chart =
        PlotFile.chart(
            "Latency against throughput, by number of clients",
            "requests per second",
            "milliseconds");
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setYAxisMin(0.0);
    byRoute(rows, LoadBenchmark.Row::route).forEach((route, own) -> addLoad(chart, route, own));
    double highest = rows.stream().mapToDouble(LoadBenchmark.Row::latency99).max().orElseThrow();
    for (LoadBenchmark.Row row : rows) {
      chart.addAnnotation(
          new AnnotationText(
              String.valueOf(row.clients()),
              row.requestsPerSecond(),
              row.latency99() + LABEL_DISTANCE * highest,
              false));
    }
    return chart;
  }

  private static void addLoad(XYChart chart, String route, List<LoadBenchmark.Row> rows) {
    Color[] colors = chart.getStyler().getSeriesColors();
    Color color = colors[chart.getSeriesCollection().size() / 2 % colors.length];
    List<Double> rates = values(rows, LoadBenchmark.Row::requestsPerSecond);
    XYSeries median =
        chart.addSeries(route + ", p50", rates, values(rows, LoadBenchmark.Row::latency50));
    XYSeries slowest =
        chart.addSeries(route + ", p99", rates, values(rows, LoadBenchmark.Row::latency99));
    median.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color).setLineColor(color);
    slowest.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color).setLineColor(color);
    slowest.setLineStyle(SeriesLines.DASH_DASH);
  }

  private static <R> Map<String, List<R>> byRoute(List<R> rows, Function<R, String> route) {
    return rows.stream()
        .collect(Collectors.groupingBy(route, LinkedHashMap::new, Collectors.toList()));
  }

  private static <R> List<Double> values(List<R> rows, ToDoubleFunction<R> value) {
    return rows.stream().mapToDouble(value).boxed().toList();
  }
}
