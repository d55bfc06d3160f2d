package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.assembly.ModelFamilies;
import io.l2s.engine.NativeRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose process is killed outright, against one that runs to its end. */
class KilledTrainingTest {

  private static final int STEPS = 24;

  @TempDir private Path directory;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = directory.resolve("pairs.tsv");
    Files.writeString(
        data,
        """
        Good morning.\tGuten Morgen.
        Where is the station?\tWo ist der Bahnhof?
        I like tea.\tIch mag Tee.
        The book is old.\tDas Buch ist alt.
        We are here.\tWir sind hier.
        """);
  }

  @Test
  void resumesWithTheLossesOfTheUninterruptedOne() throws Exception {
    run(data, directory.resolve("whole"), TrainingRequest.Start.NEW);
    Path killed = directory.resolve("killed");
    killWhenItReaches(9, killed);
    Map<Integer, Double> before = losses(killed);
    assertThat(before.size()).isBetween(9, STEPS - 1);

    assertThat(errorsOfResuming(killed)).doesNotContain("Warning");

    Map<Integer, Double> expected = losses(directory.resolve("whole"));
    Map<Integer, Double> actual = losses(killed);
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSize(STEPS);
    expected.forEach(
        (step, loss) ->
            assertThat(actual.get(step)).as("step %d", step).isCloseTo(loss, within(1e-6 * loss)));
  }

  private void killWhenItReaches(int step, Path output) throws Exception {
    Process process =
        process(output, TrainingRequest.Start.NEW)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.equals("step " + step)) {
        line = lines.readLine();
      }
      assertThat(line).isEqualTo("step " + step);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Resumes in a process of its own, as the engine prints a warning once a process. */
  private String errorsOfResuming(Path output) throws Exception {
    Path errors = directory.resolve("errors");
    Process process =
        process(output, TrainingRequest.Start.RESUME)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor()).as("exit code").isZero();
    return Files.readString(errors);
  }

  private ProcessBuilder process(Path output, TrainingRequest.Start start) {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dai.djl.pytorch.num_threads=1",
        "-cp",
        System.getProperty("java.class.path"),
        KilledTrainingTest.class.getName(),
        data.toString(),
        output.toString(),
        start.name());
  }

  /** A process that trains: data, output, start. */
  public static void main(String[] arguments) {
    run(Path.of(arguments[0]), Path.of(arguments[1]), TrainingRequest.Start.valueOf(arguments[2]));
  }

  // The state is written after each step or two, and the random numbers of dropout count as well.
  private static void run(Path data, Path output, TrainingRequest.Start start) {
    TrainingOptions options =
        TrainingOptions.forSteps(STEPS)
            .batchSize(2)
            .accumulation(2)
            .dropout(0.1)
            .scaleByRms()
            .learningRate(1e-2)
            .validateEvery(7)
            .saveEvery(Duration.ofMillis(1))
            .build();
    TrainingRequest request =
        new TrainingRequest(
            Optional.of(LlmConditioning.of(Fixture.path("t5-llm"))),
            Fixture.path("t5-relu"),
            Precision.F32,
            TrainingData.of(data, data),
            output,
            start,
            TrainingRequest.WeightFormat.F32,
            options);
    try (NativeRuntime runtime = NativeRuntime.start(false)) {
      TrainingRun.run(
          runtime,
          ModelFamilies::of,
          request,
          new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
              System.out.println("step " + progress.step());
            }

            @Override
            public void onValidation(int step, double loss, boolean best) {}
          });
    }
  }

  private static Map<Integer, Double> losses(Path output) throws IOException {
    Map<Integer, Double> losses = new TreeMap<>();
    for (String line : Files.readAllLines(TrainingRun.logFile(output))) {
      JsonObject entry = JsonParser.parseString(line).getAsJsonObject();
      if (entry.has("loss")) {
        Double twice = losses.put(entry.get("step").getAsInt(), entry.get("loss").getAsDouble());
        assertThat(twice).as("step %s is there once", entry.get("step")).isNull();
      }
    }
    return losses;
  }
}
