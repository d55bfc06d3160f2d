package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training goes on from, and what it may not change then. */
class TrainingResumeTest extends OnEngine {

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
  }

  @Test
  void otherSettingsAreRefusedBeforeAnyFeatureIsComputed() {
    training.run(runtime);
    training.resume = true;
    training.batchSize = 3;
    training.featureCache = Optional.of(directory.resolve("features"));
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("batchSize 2, but now it is 3");
    assertThat(directory.resolve("features")).doesNotExist();
  }

  @Test
  void whereNothingIsStoredResumeSaysSo() {
    training.resume = true;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("nothing is stored yet; start without resume");
    training.resume = false;
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void aTrainingStoppedBeforeItsFirstStepCanStartAgain() {
    training.stop = true;
    assertThat(training.run(runtime).step()).isZero();
    assertThat(TrainingRun.stateFile(training.output)).doesNotExist();
    training.stop = false;
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void aResumedTrainingStoppedWhileItComputesFeaturesStandsWhereItStood() {
    training.run(runtime);
    training.resume = true;
    training.stop = true;
    training.featureCache = Optional.of(directory.resolve("features"));
    assertThat(training.run(runtime).step()).isEqualTo(2);
  }

  @Test
  void anLlmOfOtherWeightsIsNotResumedWith() throws IOException {
    training.llm = Fixture.copy("t5-llm", directory);
    training.run(runtime);
    Path weights = training.llm.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    training.resume = true;
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("trained with llm ");
  }

  @Test
  void aFrozenSlmOfOtherWeightsIsNotResumedWith() throws IOException {
    training.slm = Fixture.copy("t5-relu", directory);
    training.trainedParts = TrainedParts.PROJECTOR;
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
}
