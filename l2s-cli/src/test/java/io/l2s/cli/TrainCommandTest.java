package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From pairs to a bundle that is inspected, evaluated and generates. */
class TrainCommandTest {

  @TempDir private Path directory;
  private Path data;
  private Path output;

  @BeforeEach
  void writePairs() throws IOException {
    data = TrainingRuns.writePairs(directory);
    output = directory.resolve("pair");
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
  void stepsAndMinutesExcludeEachOther() {
    CliRun run = train("--steps", "2", "--minutes", "1");
    assertThat(run.err()).contains("mutually exclusive");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  private CliRun train(String... more) {
    return TrainingRuns.train(data, output, more);
  }
}
