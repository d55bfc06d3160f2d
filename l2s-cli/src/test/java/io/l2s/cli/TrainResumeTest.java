package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.training.TrainingRun;
import io.l2s.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that stop and continue. */
class TrainResumeTest {

  @TempDir private Path directory;
  private Path data;
  private Path output;

  @BeforeEach
  void writePairs() throws IOException {
    data = TrainingRuns.writePairs(directory);
    output = directory.resolve("pair");
  }

  @Test
  void resumedTrainingCountsOn() {
    assertThat(train("--steps", "2").exitCode()).isZero();
    CliRun resumed = train("--steps", "4", "--resume");
    assertThat(resumed.err()).contains("step 4").doesNotContain("step 2:");
    assertThat(resumed.exitCode()).isZero();
  }

  @Test
  void secondTrainingIntoTheSameDirectoryNeedsResume() {
    assertThat(train("--steps", "2").exitCode()).isZero();
    CliRun again = train("--steps", "4");
    assertThat(again.err()).contains("--resume").hasLineCount(1);
    assertThat(again.exitCode()).isEqualTo(2);
  }

  @Test
  void resumeWithoutAStateSaysToStart() {
    CliRun run = train("--steps", "2", "--resume");
    assertThat(run.err()).contains("nothing is stored yet; start without --resume");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void resumeWithOtherLabelSmoothingIsRefusedByName() {
    assertThat(train("--steps", "2").exitCode()).isZero();
    CliRun run = train("--steps", "4", "--resume", "--label-smoothing", "0.1");
    assertThat(run.err()).contains("was trained with labelSmoothing 0.0, but now it is 0.1");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aModelThatLiesInTheOutputIsNotOverwritten() throws IOException {
    Files.createDirectories(output);
    Path weights = Files.writeString(output.resolve("model.safetensors"), "precious");
    CliRun run = train("--steps", "2");
    assertThat(run.err()).contains("a model lies in", weights.toString(), "--output");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(weights).hasContent("precious");
  }

  @Test
  void aTrainingStoppedBeforeItsFirstValidationClaimsNoModel() {
    TrainingState stopped = new TrainingState(3, Duration.ofSeconds(61), Double.POSITIVE_INFINITY);
    assertThat(TrainCommand.summary(stopped, true, output))
        .startsWith("stopped after 3 steps in 0:01:01, before the first validation: no model")
        .contains("--resume", TrainingRun.stateFile(output).toString());
  }

  @Test
  void aTrainingThatWasStoppedSaysHowItGoesOnAndOneThatEndedDoesNot() {
    TrainingState state = new TrainingState(3, Duration.ofSeconds(61), 1.5);
    assertThat(TrainCommand.summary(state, true, output))
        .isEqualTo(
            "stopped after 3 steps in 0:01:01, best validation loss 1.5000, written to "
                + output
                + "; --resume continues from "
                + TrainingRun.stateFile(output));
    assertThat(TrainCommand.summary(state, false, output))
        .isEqualTo("3 steps in 0:01:01, best validation loss 1.5000, written to " + output);
  }

  @Test
  void aTrainingStoppedBeforeItsFirstStepSaysToStartAgain() {
    assertThat(TrainCommand.summary(TrainingState.NEW, true, output))
        .isEqualTo("stopped before the first step; start again, stored features are kept");
  }

  @Test
  void aSignalStoresTheStateWhichIsResumed() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                L2sCli.class.getName()));
    command.addAll(
        TrainingRuns.arguments(data, output, "--steps", "1000000", "--validate-every", "1000000"));
    Path log = directory.resolve("out.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (process.isAlive() && !hasSteps()) {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(log).content().contains("stopped after", "--resume continues from");
    CliRun resumed = train("--steps", "2", "--resume");
    assertThat(resumed.out()).contains("written to " + output);
    assertThat(resumed.exitCode()).isZero();
  }

  private boolean hasSteps() throws IOException {
    Path steps = TrainingRun.logFile(output);
    return Files.exists(steps) && Files.readString(steps).contains("\"step\":3");
  }

  private CliRun train(String... more) {
    return TrainingRuns.train(data, output, more);
  }
}
