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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From pairs to a bundle that is inspected, evaluated and generates. */
class TrainCommandTest {

  @TempDir private Path directory;
  private Path data;
  private Path output;

  @BeforeEach
  void writePairs() throws IOException {
    data = directory.resolve("pairs.tsv");
    output = directory.resolve("pair");
    Files.writeString(
        data, "Good morning.\tGuten Morgen.\nI like tea.\tIch mag Tee.\nHello.\tHallo.\n");
  }

  @Test
  void trainedBundleIsInspectedEvaluatedAndGenerates() {
    CliRun trained = train("--steps", "3");
    assertThat(trained.err())
        .contains("prompt tokenizer: slm, as both models have one vocabulary")
        .contains("step 2: validation loss");
    assertThat(trained.out()).contains("3 steps in");
    assertThat(trained.exitCode()).isZero();

    CliRun inspected = CliRun.of("inspect", output.toString());
    assertThat(inspected.out())
        .contains("fusion", "t5, ", "parameters", "\"steps\":3")
        .doesNotContain("PROBLEM");
    assertThat(inspected.exitCode()).isZero();

    Path scores = directory.resolve("scores.json");
    CliRun evaluated =
        CliRun.of(
            "evaluate",
            "--bundle",
            output.toString(),
            "--data",
            data.toString(),
            "--max-new-tokens",
            "8",
            "--json",
            scores.toString());
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("BLEU", "chrF", "hybrid", "llm-only");
    assertThat(scores).exists();

    CliRun generated =
        CliRun.of("generate", "--bundle", output.toString(), "--max-new-tokens", "4", "Hello.");
    assertThat(generated.exitCode()).isZero();
    assertThat(generated.out().lines()).hasSize(1);
  }

  @Test
  void aPairOfTwoTokenizersIsTrainedAndUsedWithoutAnyOption() throws IOException {
    String slm = FixtureBundle.slmOfOtherTokens(directory.resolve("other")).toString();

    CliRun trained = train("--steps", "2", "--slm", slm);

    assertThat(trained.err())
        .contains("prompt tokenizer: llm; with the fusion add, adapted embeddings are trained");
    assertThat(trained.exitCode()).isZero();
    CliRun resumed = train("--steps", "4", "--slm", slm, "--resume");
    assertThat(resumed.err()).contains("step 4");
    assertThat(CliRun.of("inspect", output.toString()).out())
        .containsPattern("prompt ids +llm: the LLM's, read with adapted embeddings")
        .containsPattern("projector +[\\d,]+ parameters in 5 tensors")
        .doesNotContain("PROBLEM");
    assertAnswers(output);
    Path int8 = directory.resolve("int8");
    CliRun quantized =
        CliRun.of("quantize", "--bundle", output.toString(), "--output", int8.toString());
    assertThat(quantized.exitCode()).isZero();
    assertAnswers(int8);
  }

  private void assertAnswers(Path bundle) {
    CliRun evaluated =
        CliRun.of(
            "evaluate",
            "--bundle",
            bundle.toString(),
            "--data",
            data.toString(),
            "--max-new-tokens",
            "4");
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("hybrid", "llm-only");
    CliRun generated =
        CliRun.of("generate", "--bundle", bundle.toString(), "--max-new-tokens", "4", "Hello.");
    assertThat(generated.exitCode()).isZero();
    CliRun exact =
        CliRun.of("generate", "--bundle", bundle.toString(), "--route", "exact", "Hello.");
    assertThat(exact.err()).contains("EXACT needs one vocabulary");
    assertThat(exact.exitCode()).isEqualTo(1);
  }

  @Test
  void theSmallModelsEmbeddingsAreRefusedForOtherTokensWithTheRemedy() throws IOException {
    String slm = FixtureBundle.slmOfOtherTokens(directory.resolve("other")).toString();
    CliRun run = train("--steps", "2", "--slm", slm, "--prompt-tokenizer", "slm");
    assertThat(run.err())
        .contains("--prompt-tokenizer slm needs one vocabulary; take llm, or leave")
        .contains("--prompt-tokenizer out");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void thePromptTokenizerNeedsAnLlm() {
    CliRun run =
        CliRun.of(
            "train",
            "--slm",
            FixtureBundle.llm().toString(),
            "--data",
            data.toString(),
            "--dev",
            data.toString(),
            "--steps",
            "1",
            "--prompt-tokenizer",
            "llm",
            "--output",
            output.toString());
    assertThat(run.err()).contains("--prompt-tokenizer needs --llm");
    assertThat(run.exitCode()).isEqualTo(2);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one column only | line 2",
        "'' | line 2",
      })
  void badRowIsNamedByItsLine(String row, String message) throws IOException {
    Files.writeString(data, "Hello.\tHallo.\n" + row + "\n");
    CliRun run = train("--steps", "2");
    assertThat(run.err()).contains("pairs.tsv").contains(message);
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
  void resumeWithOtherLabelSmoothingIsRefusedByName() {
    assertThat(train("--steps", "2").exitCode()).isZero();
    CliRun run = train("--steps", "4", "--resume", "--label-smoothing", "0.1");
    assertThat(run.err()).contains("was trained with labelSmoothing 0.0, but now it is 0.1");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aRowBeyondTheLongestLengthIsNamed() {
    CliRun run = train("--steps", "2", "--max-length", "5");
    assertThat(run.err()).contains("pairs.tsv, line 1: the prompt must have at most 5 tokens");
    assertThat(run.exitCode()).isEqualTo(1);
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
  void severalFilesOfDifferentFormsAreReadWithTheirWeights() throws IOException {
    Path objects = directory.resolve("more.jsonl");
    Files.writeString(objects, "{\"text\": \"Good night.\", \"title\": \"Gute Nacht.\"}\n");
    CliRun run =
        train(
            "--steps",
            "2",
            "--data",
            objects + "=2.5",
            "--source-field",
            "text",
            "--target-field",
            "title");
    assertThat(run.err()).contains("4 pairs, 3 to validate");
    assertThat(run.exitCode()).isZero();
    assertThat(output.resolve("l2s.json")).content().contains("pairs.tsv, more.jsonl x 2.5");
  }

  @Test
  void aWeightThatIsNoWeightIsNamed() {
    CliRun run = train("--steps", "2", "--data", "more.tsv=0");
    assertThat(run.err()).contains("weight of more.tsv must be greater than 0");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void aFileWithAnEqualsSignInItsNameIsRead() throws IOException {
    Path odd = Files.copy(data, directory.resolve("run=3"));
    CliRun run = train("--steps", "1", "--data", odd + "=1", "--data", odd + ".missing");
    assertThat(run.err()).contains("run=3.missing: does not exist");
    assertThat(train("--steps", "1", "--data", odd + "=1").err())
        .contains("6 pairs, 3 to validate");
  }

  @Test
  void storedFeaturesAreAnnouncedAndUsedAgain() {
    String cache = directory.resolve("features").toString();
    CliRun first = train("--steps", "2", "--feature-cache", cache);
    assertThat(first.err()).contains("features of 3 prompts, 0 of them there, 0.0 MB in " + cache);
    CliRun again = train("--steps", "3", "--feature-cache", cache, "--resume");
    assertThat(again.err()).contains("features of 3 prompts, 3 of them there");
  }

  @Test
  void aTrainingThatFailsIsDrawnUpToThere() {
    CliRun run =
        train("--steps", "100", "--scale-by-rms", "--learning-rate", "9", "--warm-up", "0");
    assertThat(run.err()).contains("lower the learning rate");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(TrainCommand.plotFile(output)).content().contains("<svg", "<path");
  }

  @Test
  void aProjectorWithoutHiddenLayerRefusesItsWidth() {
    CliRun run = train("--steps", "2", "--projector", "linear", "--hidden", "64");
    assertThat(run.err()).contains("--hidden needs --projector mlp; linear has no hidden layer");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f16", "int8"})
  void aFormatThatNothingIsTrainedInIsRefusedWithThoseThatAre(String format) {
    CliRun run = train("--steps", "2", "--compute", format);
    assertThat(run.err()).contains("must be one of auto, f32, bf16, but was '" + format + "'");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void aFrozenSlmNeedsTrainedWeights() {
    Path config = FixtureBundle.hybrid().resolve("slm").resolve("config.json");
    CliRun run = train("--steps", "2", "--freeze-slm", "--slm", config.toString());
    assertThat(run.err()).contains("--slm must be", "--freeze-slm", "needs trained weights");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void theCourseOfTheTrainingIsKeptAsJsonLines() {
    train("--steps", "2");
    assertThat(TrainingRun.logFile(output))
        .content()
        .hasLineCount(3)
        .contains("\"step\":1,\"loss\":", "\"validationLoss\":");
    assertThat(TrainCommand.plotFile(output)).content().contains("<svg", "<path");
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
    command.addAll(arguments("--steps", "1000000", "--validate-every", "1000000"));
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

  @Test
  void stepsAndMinutesExcludeEachOther() {
    CliRun run = train("--steps", "2", "--minutes", "1");
    assertThat(run.err()).contains("mutually exclusive");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void benchmarkTimesBothRoutes() {
    CliRun run =
        CliRun.of(
            "benchmark",
            "--llm",
            FixtureBundle.llm().toString(),
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--batch",
            "1,2",
            "--runs",
            "1",
            "--prompt-length",
            "5",
            "--output-length",
            "9");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith("hybrid"))).hasSize(2);
    assertThat(run.out().lines().filter(line -> line.startsWith("llm-only"))).hasSize(2);
  }

  private CliRun train(String... more) {
    return CliRun.of(arguments(more).toArray(String[]::new));
  }

  private List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--llm",
                FixtureBundle.llm().toString(),
                "--data",
                data.toString(),
                "--dev",
                data.toString(),
                "--template",
                "translate English to German: {source}",
                "--batch-size",
                "2",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--validate-every")) {
      arguments.addAll(List.of("--validate-every", "2"));
    }
    if (!arguments.contains("--slm")) {
      arguments.addAll(List.of("--slm", FixtureBundle.hybrid().resolve("slm").toString()));
    }
    return arguments;
  }
}
