package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.checkpoint.JsonFields;
import io.l2s.checkpoint.StrictJson;
import io.l2s.evaluation.TextFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the losses of a training out of its log. */
final class TrainingPlot {

  // The loss of one batch says little, so losses are smoothed.
  private static final double KEPT = 0.97;

  // More points would not be seen, but would make the file larger.
  private static final int MOST_POINTS = 500;

  private TrainingPlot() {}

  /** Draws the plot, unless {@code log} has no step to show. */
  static void write(Path log, PlotFile file) {
    chart(log).ifPresent(chart -> file.write(() -> chart));
  }

  static Optional<XYChart> chart(Path log) {
    List<Double> steps = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    List<Double> validated = new ArrayList<>();
    List<Double> validations = new ArrayList<>();
    // A run that has made no step yet has an empty log.
    List<String> lines = TextFile.readAny(log);
    for (int i = 0; i < lines.size(); i++) {
      JsonFields entry = entry(log, i + 1, lines.get(i));
      double step = entry.requiredInt("step", 0, Integer.MAX_VALUE);
      if (entry.has("loss")) {
        double loss = entry.requiredDouble("loss", -Double.MAX_VALUE, Double.MAX_VALUE);
        double before = losses.isEmpty() ? loss : losses.get(losses.size() - 1);
        steps.add(step);
        losses.add(KEPT * before + (1 - KEPT) * loss);
      } else {
        validated.add(step);
        validations.add(
            entry.requiredDouble("validationLoss", -Double.MAX_VALUE, Double.MAX_VALUE));
      }
    }
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    XYChart chart = PlotFile.chart("Training", "step", "loss per token, nats");
    chart
        .addSeries("training, smoothed", thinned(steps), thinned(losses))
        .setMarker(SeriesMarkers.NONE);
    if (!validated.isEmpty()) {
      chart.addSeries("validation", validated, validations).setMarker(SeriesMarkers.CIRCLE);
    }
    // XChart puts ticks at equally spaced values, however odd and many they are, and at round ones
    // otherwise. This invisible point makes the spacing unequal.
    chart
        .addSeries("unseen", List.of(steps.get(0) + 0.5), losses.subList(0, 1))
        .setMarker(SeriesMarkers.NONE)
        .setShowInLegend(false);
    return Optional.of(chart);
  }

  private static JsonFields entry(Path log, int line, String text) {
    JsonObject entry = StrictJson.parse(log, text.getBytes(StandardCharsets.UTF_8));
    return new JsonFields(log, entry, "line " + line + ": ");
  }

  /** Evenly chosen values, the last one among them. */
  private static List<Double> thinned(List<Double> values) {
    int every = (values.size() + MOST_POINTS - 1) / MOST_POINTS;
    int last = values.size() - 1;
    return IntStream.rangeClosed(0, last)
        .filter(i -> (last - i) % every == 0)
        .mapToObj(values::get)
        .toList();
  }
}
