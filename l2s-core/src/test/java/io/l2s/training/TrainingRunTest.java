package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.Bundle;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.PromptTemplate;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelLoader;
import io.l2s.model.SlmDecoder;
import io.l2s.training.TrainingRequest.Start;
import io.l2s.training.TrainingRequest.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings on a handful of sentences with the tiny fixture LLM. */
class TrainingRunTest extends OnEngine {

  private static final TrainingOptions TWELVE_STEPS =
      TrainingOptions.forSteps(12)
          .batchSize(3)
          .validateEvery(4)
          .scaleByRms()
          .learningRate(1e-2)
          .labelSmoothing(0.1)
          .build();

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
        She sings.\tSie singt.
        He is my friend.\tEr ist mein Freund.
        """);
  }

  @Test
  void lossFallsAndTheBestBundleLoads() {
    Recorder recorder = train("hybrid", TWELVE_STEPS, Start.NEW);
    assertThat(recorder.losses).hasSize(12);
    assertThat(recorder.losses.get(11)).isLessThan(recorder.losses.get(0));
    assertThat(recorder.validations).hasSize(3);
    Bundle bundle = BundleReader.open(directory.resolve("hybrid"));
    assertThat(bundle.llm().toAbsolutePath().normalize())
        .isEqualTo(Fixture.path("t5-llm").toAbsolutePath().normalize());
    assertThat(bundle.promptTemplate())
        .contains(new PromptTemplate("translate English to German: {source}"));
    try (SlmDecoder slm =
        new ModelLoader(runtime, () -> 0).loadSlm(bundle.slm(), ComponentOptions.AUTO)) {
      assertThat(slm.embeddings().width()).isEqualTo(64);
    }
  }

  @Test
  void sameSeedGivesTheSameLosses() {
    assertThat(train("first", TWELVE_STEPS, Start.NEW).losses)
        .isEqualTo(train("second", TWELVE_STEPS, Start.NEW).losses);
  }

  @Test
  void resumedTrainingGoesOnAsIfItHadNeverStopped() {
    List<Double> whole = train("whole", TWELVE_STEPS, Start.NEW).losses;
    Recorder stopping =
        new Recorder() {
          @Override
          public boolean stopRequested() {
            return losses.size() == 7;
          }
        };
    TrainingRun.run(
        runtime, ModelFamilies::of, request("parts", TWELVE_STEPS, Start.NEW), stopping);
    List<Double> parts = new ArrayList<>(stopping.losses);
    assertThat(parts).hasSize(7);
    parts.addAll(train("parts", TWELVE_STEPS, Start.RESUME).losses);
    assertThat(parts).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(parts.get(i))
          .as("step %d", i + 1)
          .isCloseTo(whole.get(i), within(1e-6 * whole.get(i)));
    }
  }

  @Test
  void smallModelTrainsAloneFromABareConfig() throws IOException {
    Path config = directory.resolve("fresh").resolve("config.json");
    Files.createDirectories(config.getParent());
    Files.copy(Fixture.path("t5-relu").resolve("config.json"), config);
    Files.copy(
        Fixture.path("t5-relu").resolve("tokenizer.json"), config.resolveSibling("tokenizer.json"));
    TrainingRequest request =
        new TrainingRequest(
            Optional.empty(),
            config,
            Precision.F32,
            TrainingData.of(data, data),
            directory.resolve("alone"),
            Start.NEW,
            WeightFormat.BF16,
            TWELVE_STEPS);
    Recorder recorder = new Recorder();
    TrainingRun.run(runtime, ModelFamilies::of, request, recorder);
    assertThat(recorder.losses.get(11)).isLessThan(recorder.losses.get(0));
    try (SlmDecoder slm =
        new ModelLoader(runtime, () -> 0)
            .loadSlm(directory.resolve("alone"), ComponentOptions.AUTO)) {
      assertThat(slm.vocabularySize()).isEqualTo(712);
    }
  }

  @Test
  void lossThatIsNoNumberSaysToStartAgainWhereNothingIsStored() {
    assertThatThrownBy(() -> train("wild", wild(1000), Start.NEW))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching("step \\d+: .*lower the learning rate.*start again.*");
    assertThat(TrainingRun.stateFile(directory.resolve("wild"))).doesNotExist();
  }

  @Test
  void lossThatIsNoNumberNamesTheStoredStep() {
    assertThatThrownBy(() -> train("wild", wild(1), Start.NEW))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "step \\d+: .*lower the learning rate.*resume from the stored step \\d+");
    assertThat(TrainingRun.stateFile(directory.resolve("wild"))).exists();
  }

  private static TrainingOptions wild(int validateEvery) {
    return TrainingOptions.forSteps(100)
        .batchSize(3)
        .scaleByRms()
        .learningRate(9)
        .warmUp(0)
        .validateEvery(validateEvery)
        .build();
  }

  private Recorder train(String output, TrainingOptions options, Start start) {
    Recorder recorder = new Recorder();
    TrainingRun.run(runtime, ModelFamilies::of, request(output, options, start), recorder);
    return recorder;
  }

  private TrainingRequest request(String output, TrainingOptions options, Start start) {
    return new TrainingRequest(
        Optional.of(LlmConditioning.of(Fixture.path("t5-llm"))),
        Fixture.path("t5-relu"),
        Precision.F32,
        TrainingData.of(data, data).withPromptTemplate("translate English to German: {source}"),
        directory.resolve(output),
        start,
        WeightFormat.F32,
        options);
  }

  private static class Recorder implements TrainingListener {

    final List<Double> losses = new ArrayList<>();
    final List<Double> validations = new ArrayList<>();

    @Override
    public void onStep(TrainingProgress progress) {
      losses.add(progress.loss());
    }

    @Override
    public void onValidation(int step, double loss, boolean best) {
      validations.add(loss);
    }
  }
}
