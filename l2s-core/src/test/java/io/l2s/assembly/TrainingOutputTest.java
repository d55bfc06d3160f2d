package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.DataFileException;
import io.l2s.Fixture;
import io.l2s.InvalidRequestException;
import io.l2s.ModelLoadException;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training writes, what it refuses to overwrite, and what it resumes. */
class TrainingOutputTest {

  private static NativeRuntime runtime;

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
  }

  @Test
  void aConfigOfAnyNameBecomesTheBundlesConfig() throws IOException {
    training.slm = directory.resolve("tiny.json");
    Files.copy(Fixture.path("t5-relu").resolve("config.json"), training.slm);
    training.run(runtime);
    Bundle bundle = Bundle.open(training.output);
    assertThat(bundle.slm().resolve("config.json")).hasSameBinaryContentAs(training.slm);
    ModelLoader.check(bundle.slm());
  }

  @Test
  void theBundleHoldsTheDigestsOfItsParts() {
    training.run(runtime);
    assertThat(Bundle.open(training.output).sha256())
        .containsKeys(
            "projector.safetensors",
            "slm/config.json",
            "slm/tokenizer.json",
            "slm/model.safetensors");
  }

  @Test
  void aBundleWhoseProjectorIsOfAnotherWritingIsRefused() throws IOException {
    training.run(runtime);
    Files.copy(
        Fixture.path("hybrid-a-t5-t5-add").resolve("projector.safetensors"),
        training.output.resolve("other"));
    Files.delete(training.output.resolve("projector.safetensors"));
    Files.move(training.output.resolve("other"), training.output.resolve("projector.safetensors"));
    assertThatThrownBy(() -> Bundle.open(training.output))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("projector.safetensors has the digest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
  void aBundleWhoseLlmIsAnotherIsRefused(String name) throws IOException {
    training.llm = copy(Fixture.path("t5-llm"));
    training.run(runtime);
    Bundle.open(training.output);
    Path file = training.llm.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Bundle.open(training.output))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("../t5-llm/" + name + " has the digest");
  }

  @Test
  void aWritingThatFailsLeavesTheLastBundleUsable() throws IOException {
    training.run(runtime);
    String projector = Bundle.open(training.output).sha256().get("projector.safetensors");
    Path inTheWay =
        Files.createSymbolicLink(
            training.output.resolve("unfinished"), directory.resolve("nowhere"));
    goOnForLong();
    assertThatThrownBy(() -> training.run(runtime)).hasMessageContaining("cannot write");
    assertThat(Bundle.open(training.output).sha256())
        .containsEntry("projector.safetensors", projector);

    Files.delete(inTheWay);
    training.run(runtime);
    assertThat(Bundle.open(training.output).sha256().get("projector.safetensors"))
        .isNotEqualTo(projector);
    assertThat(inTheWay).doesNotExist();
  }

  @Test
  void aWritingThatFailsHalfwayLeavesNoBundleOfMixedParts() throws IOException {
    training.run(runtime);
    Path projector = training.output.resolve("projector.safetensors");
    Files.delete(projector);
    Files.createDirectories(projector.resolve("in the way"));
    goOnForLong();
    assertThatThrownBy(() -> training.run(runtime)).hasMessageContaining("cannot write");
    assertThat(training.output.resolve(Bundle.FILE)).doesNotExist();
  }

  // As a process leaves it that is killed between the first and the last part's move.
  @Test
  void aWritingThatWasCutOffBetweenItsPartsIsBroughtToItsEnd() throws IOException {
    training.run(runtime);
    String projector = Bundle.open(training.output).sha256().get("projector.safetensors");
    Path unfinished = Files.createDirectories(training.output.resolve("unfinished"));
    for (String moved : List.of(Bundle.FILE, "projector.safetensors")) {
      Files.move(training.output.resolve(moved), unfinished.resolve(moved));
    }

    training.resume = true;
    training.run(runtime);

    assertThat(Bundle.open(training.output).sha256())
        .containsEntry("projector.safetensors", projector);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void anLlmOfOtherWeightsIsNotResumedWith() throws IOException {
    training.llm = copy(Fixture.path("t5-llm"));
    training.run(runtime);
    Path weights = training.llm.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    training.resume = true;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("trained with llm t5-llm with ");
  }

  @Test
  void aFrozenSlmOfOtherWeightsIsNotResumedWith() throws IOException {
    training.slm = copy(Fixture.path("t5-relu"));
    training.frozenSlm = true;
    training.run(runtime);
    Path weights = training.slm.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    training.resume = true;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("frozenSlmWeights");
  }

  private Path copy(Path checkpoint) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(checkpoint.getFileName()));
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
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
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("output")
        .hasMessageContaining(weights.toString());
    assertThat(weights).hasContent("precious");
  }

  @Test
  void aResumedTrainingMayChangeItsLengthAndLearningRate() {
    training.run(runtime);
    training.resume = true;
    training.steps = 3;
    training.learningRate = 1e-4;
    assertThat(training.run(runtime).step()).isEqualTo(3);
  }

  @Test
  void aResumedTrainingMayChangeNothingElse() throws IOException {
    training.run(runtime);
    training.resume = true;
    training.fusion = Fusion.REPLACE;
    training.template = training.template.map(text -> text.replace("German", "French"));
    training.batchSize = 3;
    Files.writeString(training.data, "Good night.\tGute Nacht.\n");
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("state.safetensors")
        .hasMessageContaining("fusion ADD, but now it is REPLACE")
        .hasMessageContaining("to German: {source}, but now it is translate English to French")
        .hasMessageContaining("batchSize 2, but now it is 3")
        .hasMessageContaining("trained with data ")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden", "seed"));
  }

  @Test
  void aRowThatIsTooLongIsNamedByItsLine() {
    training.maxLength = 12;
    training.template = Optional.empty();
    assertThat(training.run(runtime).step()).isEqualTo(2);
    training.maxLength = 3;
    training.resume = true;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("pairs.tsv, line 1: the prompt must have at most 3 tokens, but has");
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
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("template");
  }

  @Test
  void aProjectorWithoutWidthIsRefused() {
    training.hidden = 0;
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("hidden must be at least 1, but was 0");
  }
}
