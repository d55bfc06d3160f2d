package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.Bundle;
import io.l2s.Fixture;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.projector.ProjectorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The method's choices, each in a whole training of a few steps. */
class TrainingMethodsTest extends OnEngine {

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
  }

  @Test
  void notOneByteOfTheLlmChanges() throws IOException {
    Map<Path, String> before = digests(Fixture.path("t5-llm"));
    training.run(runtime);
    assertThat(digests(Fixture.path("t5-llm"))).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"LINEAR, 2", "MLP, 4"})
  void theProjectorsFileHoldsItsMaps(ProjectorKind kind, int tensors) {
    training.projector = kind;
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(SafetensorsFile.open(bundle.projector()).tensors()).hasSize(tensors);
    ModelInspection.checkFit(bundle);
  }

  @Test
  void withoutProjectorTheFileHoldsNothingAndLoads() {
    training.projector = ProjectorKind.NONE;
    training.slm = Fixture.path("t5-llm");
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(SafetensorsFile.open(bundle.projector()).tensors()).isEmpty();
    ModelInspection.checkFit(bundle);
    new ModelLoader(runtime, () -> 0)
        .loadProjector(bundle.projector(), ComponentOptions.AUTO)
        .close();
  }

  @Test
  void withoutProjectorTheWidthsMustBeTheSame() {
    training.projector = ProjectorKind.NONE;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("projector must be linear or mlp where the LLM's width");
  }

  @Test
  void aFrozenSlmStaysAsItIsWhileTheProjectorLearns() throws IOException {
    training.trainedParts = TrainedParts.PROJECTOR;
    training.steps = 4;
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    Map<String, TensorEntry> before =
        SafetensorsFile.open(training.slm.resolve("model.safetensors")).tensors();
    Map<String, TensorEntry> after =
        SafetensorsFile.open(bundle.slm().resolve("model.safetensors")).tensors();
    before.forEach(
        (name, entry) ->
            assertThat(Fixture.values(after.get(name))).as(name).isEqualTo(Fixture.values(entry)));

    TinyTraining longer = new TinyTraining(Files.createDirectory(directory.resolve("longer")));
    longer.trainedParts = TrainedParts.PROJECTOR;
    longer.steps = 6;
    longer.run(runtime);
    assertThat(Digests.sha256(BundleReader.open(longer.output).projector()))
        .isNotEqualTo(Digests.sha256(bundle.projector()));
  }

  @Test
  void aFrozenSlmWithoutProjectorIsRefused() {
    training.trainedParts = TrainedParts.PROJECTOR;
    training.projector = ProjectorKind.NONE;
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("nothing is trained");
  }

  @Test
  void storedFeaturesGiveTheSameTraining() throws IOException {
    double live = training.run(runtime).bestLoss();
    TinyTraining cached = new TinyTraining(Files.createDirectory(directory.resolve("cached")));
    cached.featureCache = Optional.of(directory.resolve("features"));
    assertThat(cached.run(runtime).bestLoss()).isCloseTo(live, within(1e-5 * live));
    try (Stream<Path> files = Files.list(directory.resolve("features"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void storedFeaturesOfAnotherLayerAreOthers() throws IOException {
    training.featureCache = Optional.of(directory.resolve("features"));
    double last = training.run(runtime).bestLoss();
    TinyTraining first = new TinyTraining(Files.createDirectory(directory.resolve("first")));
    first.featureCache = training.featureCache;
    first.featureLayer = OptionalInt.of(1);
    assertThat(first.run(runtime).bestLoss()).isNotEqualTo(last);
    assertThat(BundleReader.open(first.output).featureLayer()).hasValue(1);
    try (Stream<Path> files = Files.list(directory.resolve("features"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aLayerThatTheLlmHasNotIsRefused() {
    training.featureLayer = OptionalInt.of(4);
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("the feature layer must be between 0 and 3");
  }

  @Test
  void rowsThatAreTooLongAreLeftOutIfAsked() {
    training.template = Optional.empty();
    training.longRows = TrainingData.LongRows.LEAVE_OUT;
    training.maxLength = 1;
    assertThatThrownBy(() -> training.run(runtime))
        .hasMessageContaining(
            "pairs.tsv: every row was left out, as it has more than 1 tokens a side");
    training.maxLength = 12;
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void gradientsThatAreGatheredGiveTheStepOfOneLargeBatch() throws IOException {
    training.batchSize = 3;
    double atOnce = training.run(runtime).bestLoss();
    TinyTraining gathered = new TinyTraining(Files.createDirectory(directory.resolve("gathered")));
    gathered.batchSize = 1;
    gathered.accumulation = 3;
    assertThat(gathered.run(runtime).bestLoss()).isCloseTo(atOnce, within(1e-5 * atOnce));
    TinyTraining less = new TinyTraining(Files.createDirectory(directory.resolve("less")));
    less.batchSize = 1;
    assertThat(less.run(runtime).bestLoss()).isNotCloseTo(atOnce, within(1e-5 * atOnce));
  }

  @Test
  void dropoutChangesTrainingAndItsSeedFixesIt() throws IOException {
    double without = training.run(runtime).bestLoss();
    assertThat(withDropout("first", 1)).isEqualTo(withDropout("same", 1)).isNotEqualTo(without);
    assertThat(withDropout("other", 2)).isNotEqualTo(withDropout("again", 1));
  }

  private double withDropout(String name, long seed) throws IOException {
    TinyTraining dropping = new TinyTraining(Files.createDirectory(directory.resolve(name)));
    dropping.dropout = 0.2;
    dropping.seed = seed;
    return dropping.run(runtime).bestLoss();
  }

  @Test
  void productsInBf16AreCloseButNotTheSame() throws IOException {
    double exact = training.run(runtime).bestLoss();
    TinyTraining narrow = new TinyTraining(Files.createDirectory(directory.resolve("narrow")));
    narrow.compute = Precision.BF16;
    assertThat(narrow.run(runtime).bestLoss()).isCloseTo(exact, within(0.1)).isNotEqualTo(exact);
  }

  private static Map<Path, String> digests(Path model) throws IOException {
    Map<Path, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(model)) {
      files.filter(Files::isRegularFile).forEach(file -> digests.put(file, Digests.sha256(file)));
    }
    return digests;
  }
}
