package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Bundle;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.PairFiles;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.conversion.Quantization;
import io.l2s.engine.DeviceSpec;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableSlm;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorKind;
import io.l2s.projector.ProjectorShape;
import io.l2s.projector.ProjectorTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training of a pair whose SLM has the LLM's tokens under other ids. */
class TwoTokenizersTrainingTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final String ADAPTER = "embedding_adapter.weight";

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
    training.slm = PairFiles.withOtherIds(Fixture.path("t5-relu"), directory.resolve("slm"));
  }

  @Test
  void thePromptHasTheLlmsIdsByItselfWhereTheVocabulariesDiffer() {
    assertThat(chosen()).containsExactly(PromptTokenizer.LLM);

    Bundle bundle = BundleReader.open(training.output);
    assertThat(bundle.promptTokenizer()).isEqualTo(PromptTokenizer.LLM);
    assertThat(adapter(bundle)).isNotNull();
    ModelInspection.checkFit(bundle);
    assertThat(answer(bundle).ids()).isNotEmpty();
  }

  @Test
  void theSlmsEmbeddingsReadThePromptWhereTheVocabularyIsOne() {
    training.slm = Fixture.path("t5-relu");
    assertThat(chosen()).containsExactly(PromptTokenizer.SLM);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(bundle.promptTokenizer()).isEqualTo(PromptTokenizer.SLM);
    assertThat(SafetensorsFile.open(bundle.projector()).tensors()).doesNotContainKey(ADAPTER);
  }

  @Test
  void oneVocabularyMayBeAdaptedWhereThatIsAskedFor() {
    training.slm = Fixture.path("t5-relu");
    training.promptTokenizer = Optional.of(PromptTokenizer.LLM);
    assertThat(chosen()).containsExactly(PromptTokenizer.LLM);
    assertThat(adapter(BundleReader.open(training.output))).isNotNull();
  }

  @Test
  void theSlmsEmbeddingsAreRefusedWhereTheVocabulariesDiffer() {
    training.promptTokenizer = Optional.of(PromptTokenizer.SLM);
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(training.slm.resolve("tokenizer.json").toString())
        .hasMessageContaining("promptTokenizer slm needs one vocabulary; take llm")
        .extracting(failure -> ((ModelLoadException) failure).settings())
        .isEqualTo(List.of("promptTokenizer"));
  }

  @Test
  void withReplaceNoAdapterIsTrained() {
    training.fusion = Fusion.REPLACE;
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(SafetensorsFile.open(bundle.projector()).tensors()).doesNotContainKey(ADAPTER);
    ModelInspection.checkFit(bundle);
    assertThat(answer(bundle).ids()).isNotEmpty();
  }

  @Test
  void withoutAMapOfFeaturesTheAdapterIsStoredBesideTheWidth() throws IOException {
    training.projector = ProjectorKind.NONE;
    training.slm = PairFiles.withOtherIds(Fixture.path("t5-llm"), directory.resolve("wide"));
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    assertThat(SafetensorsFile.open(bundle.projector()).tensors()).containsOnlyKeys(ADAPTER);
    ModelInspection.checkFit(bundle);
    assertThat(answer(bundle).ids()).isNotEmpty();
  }

  @Test
  void theAdapterLearnsThoughTheSlmIsFrozen() {
    training.trainedParts = TrainedParts.PROJECTOR;
    training.run(runtime);
    float[] after = adapter(BundleReader.open(training.output));
    training.resume = true;
    training.steps = 4;
    training.run(runtime);
    assertThat(adapter(BundleReader.open(training.output))).isNotEqualTo(after);
  }

  @Test
  void aTrainingThatStopsAndResumesEndsAsOneThatDoesNot() throws IOException {
    training.steps = 4;
    training.run(runtime);
    TinyTraining halves = new TinyTraining(Files.createDirectory(directory.resolve("halves")));
    halves.slm = training.slm;
    halves.steps = 4;
    TrainingState half =
        TrainingRun.run(runtime, ModelFamilies::of, halves.request(), new StopAfterTwo());
    assertThat(half.step()).isEqualTo(2);
    halves.resume = true;
    assertThat(halves.run(runtime).step()).isEqualTo(4);
    assertThat(state(halves)).isEqualTo(state(training));
  }

  private static final class StopAfterTwo extends TinyTraining.Silent {
    private int steps;

    @Override
    public void onStep(TrainingProgress progress) {
      steps = progress.step();
    }

    @Override
    public boolean stopRequested() {
      return steps == 2;
    }
  }

  @Test
  void aResumedTrainingKeepsItsPromptTokenizer() {
    training.slm = Fixture.path("t5-relu");
    training.run(runtime);
    training.resume = true;
    training.promptTokenizer = Optional.of(PromptTokenizer.LLM);
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("was trained with promptTokenizer not set, but now it is LLM");
  }

  @Test
  void aFreshAdapterGivesVectorsAsLargeAsTheSlmsOwn() {
    Checkpoint slmFiles = Checkpoint.open(Fixture.path("t5-relu"));
    try (LlmEncoder llm = new ModelLoader(runtime, () -> 0).loadLlm(Fixture.path("t5-llm"), F32);
        TrainableSlm slm =
            ModelFamilies.of(slmFiles.config())
                .resume(new Loading(runtime, slmFiles, Device.cpu(), Precision.F32));
        ProjectorTraining projector =
            ProjectorTraining.fresh(
                runtime,
                ProjectorKind.LINEAR,
                new ProjectorShape(96, 64, Optional.of(new ProjectorShape.Adapter(96, 64))),
                1,
                3,
                Device.cpu())) {
      PromptFuser fuser =
          PromptFuser.of(PromptTokenizer.LLM, llm, slm.embeddings(), projector, Fusion.ADD);
      runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              int[] prompt = {5, 6, 7, 1};
              int[] target = {8, 9, 10, 11, 12, 1};
              new TrainableModel.Hybrid(llm, projector, slm, fuser, TrainedParts.PROJECTOR_AND_SLM)
                  .balanceAdapter(scope, List.of(prompt), List.of(target));
              double adapted = size(fuser.prompts().embed(scope, TokenBatch.of(prompt)));
              double own = size(slm.embeddings().embed(scope, TokenBatch.of(target)));
              assertThat(adapted).isCloseTo(own, within(1e-4 * own));
            }
            return null;
          });
    }
  }

  private static double size(NDArray vectors) {
    return vectors.square().mean().getFloat();
  }

  @Test
  void anInt8BundleKeepsItsAdapterAndItsPromptTokenizer() {
    training.run(runtime);
    Bundle bundle = BundleReader.open(training.output);
    Path target = directory.resolve("int8");
    new Quantization(runtime, ModelFamilies::of).bundle(bundle, target, written -> {});

    Bundle int8 = BundleReader.open(target);
    assertThat(int8.promptTokenizer()).isEqualTo(PromptTokenizer.LLM);
    assertThat(adapter(int8)).isEqualTo(adapter(bundle));
    ModelInspection.checkFit(int8);
    assertThat(answer(int8).ids()).isNotEmpty();
  }

  /** What the listener of a training is told. */
  private List<PromptTokenizer> chosen() {
    List<PromptTokenizer> told = new ArrayList<>();
    TrainingRun.run(
        runtime,
        ModelFamilies::of,
        training.request(),
        new TinyTraining.Silent() {
          @Override
          public void onPromptTokenizer(PromptTokenizer tokenizer) {
            told.add(tokenizer);
          }
        });
    return told;
  }

  private static float[] adapter(Bundle bundle) {
    return Fixture.values(SafetensorsFile.open(bundle.projector()).tensors().get(ADAPTER));
  }

  private static float[] state(TinyTraining finished) {
    return Fixture.values(
        SafetensorsFile.open(TrainingRun.stateFile(finished.output)).tensors().get(ADAPTER));
  }

  private static GenerationResult answer(Bundle bundle) {
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    ComponentOptions auto = new ComponentOptions(DeviceSpec.CPU, Precision.AUTO);
    try (LlmEncoder llm = loader.loadLlm(bundle.llm(), auto);
        Projector projector = loader.loadProjector(bundle.projector(), auto);
        SlmDecoder slm = loader.loadSlm(bundle.slm(), auto);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, bundle.llm())
                .slm(projector, slm, bundle.slm(), bundle.fusion())
                .promptTokenizer(bundle.promptTokenizer())
                .build()) {
      return model.generate(GenerationRequest.of("Hello.").withMaxNewTokens(4));
    }
  }
}
