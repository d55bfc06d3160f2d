package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class TrainingPlotTest {

  @TempDir private Path directory;

  @Test
  void lossesAreSmoothedAndValidationsAreNot() throws IOException {
    XYChart chart =
        chart(
            """
            {"step":1,"loss":3.0,"learningRate":0.01,"pairsPerSecond":180.2,"seconds":12.3}
            {"step":2,"loss":2.0,"learningRate":0.01,"pairsPerSecond":180.2,"seconds":12.4}
            {"step":2,"validationLoss":2.5,"best":true}
            {"step":3,"loss":2.0,"learningRate":0.01,"pairsPerSecond":180.2,"seconds":12.5}
            """);

    XYSeries training = chart.getSeries("training, smoothed");
    assertThat(training.getXData()).containsExactly(1, 2, 3);
    assertThat(training.getYData()).containsExactly(new double[] {3, 2.97, 2.9409}, within(1e-12));
    XYSeries validation = chart.getSeries("validation");
    assertThat(validation.getXData()).containsExactly(2);
    assertThat(validation.getYData()).containsExactly(2.5);
  }

  @Test
  void withoutValidationThereIsTheTrainingAlone() throws IOException {
    assertThat(chart("{\"step\":1,\"loss\":3.0}\n").getSeriesCollection())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getName)
        .containsExactly("training, smoothed");
  }

  @Test
  void aLongTrainingIsThinnedUpToItsLastStep() throws IOException {
    XYChart chart = chart(steps(6_400));

    double[] steps = chart.getSeries("training, smoothed").getXData();
    assertThat(steps).hasSizeBetween(400, 500).endsWith(6_387, 6_400);
    assertThat(chart.getSeries("training, smoothed").getYData()).hasSameSizeAs(steps);
  }

  @Test
  void stepsAreNeverEquallySpacedSoThatXChartTakesRoundTicks() throws IOException {
    double[] steps =
        chart(steps(500)).getSeriesCollection().stream()
            .flatMapToDouble(series -> Arrays.stream(series.getXData()))
            .sorted()
            .toArray();

    assertThat(steps).startsWith(1, 1.5, 2, 3);
  }

  @Test
  void aShortTrainingIsDrawnWhole() throws IOException {
    assertThat(chart(steps(500)).getSeries("training, smoothed").getXData()).hasSize(500);
  }

  @Test
  void aLogWithoutStepsLeavesNoFile() throws IOException {
    Path svg = directory.resolve("training.svg");

    TrainingPlot.write(Files.writeString(directory.resolve("log.jsonl"), ""), new PlotFile(svg));

    assertThat(svg).doesNotExist();
  }

  private static String steps(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(step -> "{\"step\":" + step + ",\"loss\":2.0}\n")
        .collect(Collectors.joining());
  }

  private XYChart chart(String log) throws IOException {
    return TrainingPlot.chart(Files.writeString(directory.resolve("log.jsonl"), log)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | line 1: step is missing",
        "{\"step\": {}} | line 1: step must be a whole number",
        "{\"step\": 1, \"loss\": \"x\"} | line 1: loss must be a number",
        "{\"step\": 1} | line 1: validationLoss is missing",
        "[ | is not a JSON object"
      })
  void aDamagedLogIsNamed(String line, String message) throws IOException {
    Path log = Files.writeString(directory.resolve("training.jsonl"), line + "\n");
    assertThatThrownBy(() -> TrainingPlot.chart(log))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(log + ": ")
        .hasMessageContaining(message);
  }
}
