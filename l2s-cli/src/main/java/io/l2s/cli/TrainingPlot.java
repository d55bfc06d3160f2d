package io.l2s.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the losses of a training out of its log. */
final class TrainingPlot {

  // Of single batches, one loss tells little.
  private static final double KEPT = 0.97;

  private TrainingPlot() {}

  static void write(Path log, PlotFile file) {
    List<Integer> steps = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    List<Integer> validated = new ArrayList<>();
    List<Double> validations = new ArrayList<>();
    for (String line : lines(log)) {
      JsonObject entry = JsonParser.parseString(line).getAsJsonObject();
      int step = entry.get("step").getAsInt();
      if (entry.has("loss")) {
        double loss = entry.get("loss").getAsDouble();
        double before = losses.isEmpty() ? loss : losses.get(losses.size() - 1);
        steps.add(step);
        losses.add(KEPT * before + (1 - KEPT) * loss);
      } else {
        validated.add(step);
        validations.add(entry.get("validationLoss").getAsDouble());
      }
    }
    if (steps.isEmpty()) {
      return;
    }
    XYChart chart = PlotFile.chart("Training", "step", "loss per token, nats");
    chart.addSeries("training, smoothed", steps, losses).setMarker(SeriesMarkers.NONE);
    if (!validated.isEmpty()) {
      chart.addSeries("validation", validated, validations).setMarker(SeriesMarkers.CIRCLE);
    }
    file.write(chart);
  }

  private static List<String> lines(Path log) {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }
}
