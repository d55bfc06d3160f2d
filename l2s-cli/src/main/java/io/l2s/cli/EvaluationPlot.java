package io.l2s.cli;

import io.l2s.evaluation.Bootstrap.Interval;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws quality against speed, a point for each route. */
final class EvaluationPlot {

  private EvaluationPlot() {}

  static void write(EvaluationReport report, PlotFile file) {
    file.write(() -> chart(report));
  }

  static XYChart chart(EvaluationReport report) {
    MetricScore first = report.scores().get(0).quality().get(0);
    String metric = first.score().name();
    XYChart chart =
        PlotFile.chart(
            metric + " and its 95 % interval against speed",
            "sentences per second",
            first.higherIsBetter() ? metric : metric + ", lower is better");
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(12);
    chart.getStyler().setXAxisMin(0.0);
    for (RouteScore route : report.scores()) {
      MetricScore score = route.quality().get(0);
      Interval interval = score.interval().orElseThrow();
      chart
          .addSeries(
              EnumNames.of(route.route()),
              List.of(1000 / route.millisecondsPerSentence()),
              List.of(score.score().value()),
              List.of(interval.halfWidth()))
          .setMarker(SeriesMarkers.CIRCLE);
    }
    return chart;
  }
}
