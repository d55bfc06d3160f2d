package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HybridModelBuilderTest {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final Path LLM = Fixture.path("t5-llm");
  private static final Path BUNDLE = Fixture.path("hybrid-a-t5-t5-add");

  private static NativeRuntime runtime;
  private static LlmEncoder llm;
  private static Projector projector;
  private static SlmDecoder slm;

  @TempDir private Path directory;
  private final HybridModelBuilder builder = new HybridModelBuilder(runtime).llm(llm, LLM);

  @BeforeAll
  static void load() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    llm = loader.loadLlm(LLM, F32);
    projector = loader.loadProjector(BUNDLE.resolve("projector.safetensors"), F32);
    slm = loader.loadSlm(BUNDLE.resolve("slm"), F32);
  }

  @AfterAll
  static void close() {
    slm.close();
    projector.close();
    llm.close();
    runtime.close();
  }

  @Test
  void aMissingCheckpointIsRefused() {
    builder.slm(projector, slm, BUNDLE.resolve("nowhere"), Fusion.ADD);
    assertThatThrownBy(builder::build)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void partsThatDoNotFitAreRefused() throws IOException {
    builder.slm(projector, slm, withTokenizerOf("gpt2"), Fusion.ADD);
    assertThat(problems()).singleElement().asString().contains("tokenizer", "differs");
  }

  @Test
  void aSecondBuildTellsTheSameProblemsOnce() throws IOException {
    builder.slm(projector, slm, withTokenizerOf("gpt2"), Fusion.ADD);
    assertThat(problems()).isEqualTo(problems()).hasSize(1);
  }

  private Path withTokenizerOf(String other) throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(BUNDLE.resolve("slm").resolve(name), directory.resolve(name));
    }
    Files.copy(Fixture.path(other).resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    return directory;
  }

  private List<String> problems() {
    return catchThrowableOfType(ModelLoadException.class, builder::build).problems();
  }

  @Test
  void aWholeModelServesTheRoutesOfItsParts() {
    ModelFiles pair = ModelFiles.of(BundleReader.open(BUNDLE));
    assertThat(routes(pair)).containsExactlyInAnyOrder(Route.LLM_ONLY, Route.HYBRID, Route.EXACT);
    assertThat(routes(pair.forRoutes(Set.of(Route.LLM_ONLY)))).containsExactly(Route.LLM_ONLY);
  }

  private static Set<Route> routes(ModelFiles files) {
    ModelParts parts = ModelParts.open(files, new KnownDigests());
    PartOptions options = new PartOptions(F32, F32, F32);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    try (LoadedComponents components = new LoadedComponents(loader, parts, options);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime).model(parts, components).build()) {
      return model.routes();
    }
  }

  @Test
  void theLlmIsLoadedLast() {
    ModelParts parts =
        ModelParts.open(ModelFiles.of(BundleReader.open(BUNDLE)), new KnownDigests());
    List<String> asked = new ArrayList<>();
    ComponentSource components =
        new ComponentSource() {
          @Override
          public Optional<Pair> pair() {
            asked.add("pair");
            return Optional.of(new Pair(projector, slm));
          }

          @Override
          public Optional<SlmDecoder> slmAlone() {
            asked.add("SLM alone");
            return Optional.empty();
          }

          @Override
          public LlmEncoder llm() {
            asked.add("LLM");
            return llm;
          }
        };

    new HybridModelBuilder(runtime).model(parts, components).build().close();

    assertThat(asked).containsExactly("pair", "SLM alone", "LLM");
  }

  @Test
  void weightsThatWereReplacedSinceTheyWereOpenedAreRefused() throws IOException {
    Path copy = Fixture.copy("t5-relu", directory);
    ModelParts parts = ModelParts.open(ModelFiles.ofLlm(copy), new KnownDigests());
    Path weights = copy.resolve("model.safetensors");
    Files.move(
        Files.copy(weights, directory.resolve("other")),
        weights,
        StandardCopyOption.REPLACE_EXISTING);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);

    try (LoadedComponents components = new LoadedComponents(loader, parts, PartOptions.AUTO)) {
      assertThatThrownBy(components::llm)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("was replaced or written to");
    }
  }
}
