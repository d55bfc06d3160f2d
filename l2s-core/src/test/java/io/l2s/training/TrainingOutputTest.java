package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.DataFileException;
import io.l2s.Fixture;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelInspection;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training writes, and what it refuses to overwrite. */
class TrainingOutputTest extends OnEngine {

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
  }

  @Test
  void aConfigOfAnyNameBecomesTheBundlesConfig() throws IOException {
    training.slm = directory.resolve("tiny.json");
    Files.copy(Fixture.path("t5-relu").resolve("config.json"), training.slm);
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(bundle.slm().resolve("config.json")).hasSameBinaryContentAs(training.slm);
    ModelInspection.check(bundle.slm());
  }

  @Test
  void aBundleWithACopyOfItsLlmCanBeMoved() throws IOException {
    training.copied = true;
    training.run(runtime);
    Path moved = Files.createDirectory(directory.resolve("elsewhere")).resolve("pair");
    Files.move(training.output, moved);

    Bundle bundle = BundleReader.open(moved);

    assertThat(bundle.llm()).isEqualTo(moved.toAbsolutePath().resolve("llm"));
    assertThat(bundle.sha256()).containsKeys("llm/model.safetensors", "llm/tokenizer.json");
    ModelInspection.check(bundle.llm());
    ModelInspection.checkFit(bundle);
    assertThat(moved.resolve("unfinished-llm")).doesNotExist();
  }

  @Test
  void aTrainedSlmWithoutATokenizerIsRefused() throws IOException {
    training.slm = Fixture.copy("t5-relu", directory);
    Files.delete(training.slm.resolve("tokenizer.json"));

    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(training.slm.resolve("tokenizer.json") + ": does not exist")
        .hasMessageContaining("copy the tokenizer here that the model was trained with");
  }

  @Test
  void theBundleHoldsTheDigestsOfItsParts() {
    training.run(runtime);
    assertThat(BundleReader.open(training.output).sha256())
        .containsKeys(
            "best-2/projector.safetensors",
            "best-2/slm/config.json",
            "best-2/slm/tokenizer.json",
            "best-2/slm/model.safetensors");
  }

  @Test
  void aBundleWhoseProjectorIsOfAnotherWritingIsRefused() throws IOException {
    training.run(runtime);
    Files.copy(
        Fixture.path("hybrid-a-t5-t5-add").resolve("projector.safetensors"),
        BundleReader.open(training.output).projector(),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> BundleReader.open(training.output))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("projector.safetensors has the digest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
  void aBundleWhoseLlmIsAnotherIsRefused(String name) throws IOException {
    training.llm = Fixture.copy("t5-llm", directory);
    training.run(runtime);
    BundleReader.open(training.output);
    Path file = training.llm.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> BundleReader.open(training.output))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("../t5-llm/" + name + " has the digest");
  }

  @Test
  void aWritingThatFailsLeavesTheLastBundleUsable() throws IOException {
    training.run(runtime);
    String projector = projectorDigest();
    Path inTheWay =
        Files.createSymbolicLink(
            training.output.resolve("unfinished"), directory.resolve("nowhere"));
    goOnForLong();
    assertThatThrownBy(() -> training.run(runtime)).hasMessageContaining("cannot write");
    assertThat(projectorDigest()).isEqualTo(projector);

    Files.delete(inTheWay);
    training.run(runtime);
    assertThat(projectorDigest()).isNotEqualTo(projector);
    assertThat(inTheWay).doesNotExist();
  }

  @Test
  void whereTheFirstBundleCannotBeWrittenTheStateStillIsAndResumeWritesIt() throws IOException {
    Files.createDirectories(training.output);
    Path inTheWay =
        Files.createSymbolicLink(
            training.output.resolve("unfinished"), directory.resolve("nowhere"));
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("cannot write " + inTheWay)
        .hasMessageEndingWith("then continue with resume");
    Files.delete(inTheWay);
    training.resume = true;
    assertThat(training.run(runtime).bestLoss()).isFinite();
    BundleReader.open(training.output);
  }

  private String projectorDigest() {
    return Digests.sha256(BundleReader.open(training.output).projector());
  }

  @Test
  void theBundleBeforeStaysWholeForAServerThatIsLoadingIt() {
    training.run(runtime);
    Bundle before = BundleReader.open(training.output);
    goOnForLong();
    List<Path> projectors = new ArrayList<>();
    TrainingRun.run(
        runtime,
        ModelFamilies::of,
        training.request(),
        new TinyTraining.Silent() {
          @Override
          public void onValidation(int step, double loss, boolean best) {
            if (best && projectors.isEmpty()) {
              projectors.add(BundleReader.open(training.output).projector());
              assertThat(before.projector()).exists();
              assertThat(before.slm().resolve("model.safetensors")).exists();
            }
          }
        });
    assertThat(projectors).hasSize(1).doesNotContain(before.projector());
  }

  @Test
  void ofATrainingThatEndedTheBestModelAloneIsLeft() throws IOException {
    training.run(runtime);
    goOnForLong();
    training.run(runtime);
    Path parts = BundleReader.open(training.output).projector().getParent();
    try (Stream<Path> files = Files.list(training.output)) {
      assertThat(files.map(Path::toAbsolutePath))
          .containsExactlyInAnyOrder(
              parts,
              training.output.resolve(Bundle.FILE).toAbsolutePath(),
              training.output.resolve("training").toAbsolutePath());
    }
  }

  // As a process leaves it that is killed just before it switches to new parts.
  @Test
  void aWritingThatWasCutOffBeforeItsSwitchIsNoPartOfTheBundle() throws IOException {
    training.run(runtime);
    String projector = projectorDigest();
    Path parts = Files.createDirectories(training.output.resolve("best-4"));
    Files.writeString(parts.resolve(Bundle.FILE), "{}");
    assertThat(projectorDigest()).isEqualTo(projector);

    training.resume = true;
    training.run(runtime);

    assertThat(projectorDigest()).isEqualTo(projector);
    assertThat(parts).doesNotExist();
  }

  @Test
  void theSlmsConfigNamesTheFormatOfItsWeights() throws IOException {
    training.slm = Fixture.copy("t5-relu", directory);
    Path config = training.slm.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains("\"dtype\": \"float32\"");
    Files.writeString(config, text.replace("\"float32\"", "\"bfloat16\""));
    training.run(runtime);
    JsonObject written =
        StrictJson.read(BundleReader.open(training.output).slm().resolve("config.json"));
    assertThat(written.get("dtype").getAsString()).isEqualTo("float32");
    assertThat(written.get("d_model")).isEqualTo(StrictJson.read(config).get("d_model"));
  }

  @Test
  void theBundleTellsHowGoodItIsAndHowItCameAbout() {
    double loss = training.run(runtime).bestLoss();
    JsonObject facts =
        StrictJson.read(training.output.resolve(Bundle.FILE)).getAsJsonObject("training");
    assertThat(facts.get("bestStep").getAsInt()).isEqualTo(2);
    assertThat(facts.get("validationLoss").getAsDouble()).isEqualTo(loss);
    assertThat(facts.get("weightDecay").getAsDouble()).isEqualTo(0.01);
    assertThat(facts.get("compute").getAsString()).isEqualTo("f32");
  }

  @Test
  void aSecondTrainingIntoTheSameDirectoryIsRefusedWhileTheFirstRuns() {
    List<Throwable> refusals = new ArrayList<>();
    TrainingRequest request = training.request();
    TrainingRun.run(
        runtime,
        ModelFamilies::of,
        request,
        new TinyTraining.Silent() {
          @Override
          public void onStep(TrainingProgress progress) {
            refusals.add(catchThrowable(() -> training.run(runtime)));
          }
        });
    assertThat(refusals)
        .hasSize(2)
        .allSatisfy(
            refusal ->
                assertThat(refusal)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("another training runs in " + training.output));
    training.resume = true;
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void aFrozenSlmNeedsTrainedWeights() {
    training.slm = training.slm.resolve("config.json");
    training.trainedParts = TrainedParts.PROJECTOR;
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("where trainedParts keeps the SLM")
        .hasMessageContaining("needs trained weights");
  }

  private void goOnForLong() {
    training.resume = true;
    training.steps = 40;
    training.learningRate = 1e-2;
  }

  @Test
  void aModelThatLiesThereIsNotOverwritten() throws IOException {
    Files.createDirectories(training.output);
    Path weights = Files.writeString(training.output.resolve("model.safetensors"), "precious");
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("output")
        .hasMessageContaining(weights.toString());
    assertThat(weights).hasContent("precious");
  }

  @Test
  void aDirectoryNamedAsATrainingsOwnPartsIsNotDeleted() throws IOException {
    Path precious = Files.createDirectories(training.output.resolve("best-7")).resolve("file");
    Files.writeString(precious, "precious");
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("one that holds " + precious.getParent());
    assertThat(precious).hasContent("precious");
  }

  @Test
  void aBestModelThatCouldNotBeWrittenIsMadeAgainByResume() throws IOException {
    training.run(runtime);
    String before = projectorDigest();
    Path inTheWay =
        Files.createSymbolicLink(
            training.output.resolve("unfinished"), directory.resolve("nowhere"));
    goOnForLong();
    training.steps = 4;
    assertThatThrownBy(() -> training.run(runtime)).hasMessageContaining("cannot write");
    Files.delete(inTheWay);
    assertThat(training.run(runtime).step()).isEqualTo(4);
    assertThat(projectorDigest()).isNotEqualTo(before);
  }

  @Test
  void theModelForComparisonThatTheUserNamedStaysInTheBundle() throws IOException {
    training.run(runtime);
    Path manifest = training.output.resolve(Bundle.FILE);
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\\{", "{\"slmAlone\": \"../alone\","));
    goOnForLong();
    training.run(runtime);
    assertThat(Files.readString(manifest)).contains("\"slmAlone\": \"../alone\"", "best-");
  }

  @Test
  void aBundleWhoseManifestIsBrokenKeepsItsParts() throws IOException {
    training.run(runtime);
    Files.writeString(training.output.resolve(Bundle.FILE), "{\"slm\": ");
    training.resume = true;
    training.run(runtime);
    assertThat(training.output.resolve("best-2").resolve("slm")).isDirectory();
  }

  @Test
  void aRowThatIsTooLongIsNamedByItsLine() {
    training.template = Optional.empty();
    training.maxLength = 3;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("pairs.tsv, line 1: the prompt must have at most 3 tokens, but has")
        .hasMessageContaining("leave such rows out with longRows")
        .hasMessageContaining("allow longer ones with maxLength");
    training.maxLength = 12;
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void theLlmRunsInTheNumberFormatAskedFor() throws IOException {
    double exact = training.run(runtime).bestLoss();
    TinyTraining narrow = new TinyTraining(Files.createDirectory(directory.resolve("narrow")));
    narrow.llmPrecision = Precision.BF16;
    assertThat(narrow.run(runtime).bestLoss()).isCloseTo(exact, within(0.1)).isNotEqualTo(exact);
  }

  @Test
  void aTemplateWithoutSourceIsRefused() {
    training.template = Optional.of("translate");
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("promptTemplate");
  }

  @Test
  void aProjectorWithoutWidthIsRefused() {
    training.hidden = 0;
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("hidden must be between 1 and 65536, but was 0");
  }
}
