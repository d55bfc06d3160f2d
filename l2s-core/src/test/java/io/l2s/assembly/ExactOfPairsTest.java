package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridFixture;
import io.l2s.HybridLanguageModel;
import io.l2s.OnEngine;
import io.l2s.PairFiles;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The route EXACT of two models that have one vocabulary and are of other sizes or families. */
class ExactOfPairsTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final Path LLM = Fixture.path("t5-llm");
  private static final Fixture HYBRID = Fixture.open("hybrid-a-t5-t5-add");

  /** Ids from here on have no token. */
  private static final int TOKENS = 700;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {TOKENS, 730})
  void theIdsAreThoseOfTheLlmAlone(int rows) throws IOException {
    Path files =
        PairFiles.withRows(HYBRID.directory().resolve("slm"), rows, directory.resolve("slm"));
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    Path projectorFile = HYBRID.directory().resolve("projector.safetensors");
    try (LlmEncoder llm = loader.loadLlm(LLM, F32);
        Projector projector = loader.loadProjector(projectorFile, F32);
        SlmDecoder slm = loader.loadSlm(files, F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, LLM)
                .slm(projector, slm, files, Fusion.ADD)
                .build()) {
      assertThat(slm.vocabularySize())
          .isEqualTo(rows)
          .isNotEqualTo(llm.decoder().orElseThrow().vocabularySize());
      List<Integer> sampled = new ArrayList<>();
      for (JsonObject each : HYBRID.cases().subList(0, 6)) {
        GenerationRequest request =
            GenerationRequest.of(each.get("text").getAsString()).withMaxNewTokens(24);
        assertExactIsLlmOnly(model, request);
        // So hot that ids without a token are drawn, by either model.
        GenerationRequest hot =
            request.withOptions(
                GenerationOptions.builder()
                    .temperature(100)
                    .topK(0)
                    .repetitionPenalty(1.2)
                    .seed(3)
                    .build());
        sampled.addAll(assertExactIsLlmOnly(model, hot));
      }
      Set<Integer> withoutToken =
          sampled.stream().filter(id -> id >= TOKENS).collect(Collectors.toSet());
      assertThat(withoutToken).isNotEmpty();
    }
  }

  @Test
  void aDecoderOnlySlmDraftsForAnEncoderDecoder() {
    try (HybridFixture pair = HybridFixture.load("hybrid-c-t5-gpt2-add", runtime);
        HybridLanguageModel model = pair.serve(runtime)) {
      for (JsonObject each : pair.fixture().cases()) {
        String prompt = each.get("text").getAsString();
        assertExactIsLlmOnly(model, GenerationRequest.of(prompt).withMaxNewTokens(24));
      }
    }
  }

  private static List<Integer> assertExactIsLlmOnly(
      HybridLanguageModel model, GenerationRequest request) {
    List<Integer> exact = model.generate(request.withRoute(Route.EXACT)).ids();
    assertThat(exact).isEqualTo(model.generate(request.withRoute(Route.LLM_ONLY)).ids());
    return exact;
  }
}
