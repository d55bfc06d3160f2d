package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A BART model, whose settings force the first id to 0 and the last to 2, and whose positions are
 * bounded, on every route.
 */
class ForcedTokensTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final Path BART = Fixture.path("bart");
  private static final int WIDTH = 64;
  private static final int POSITIONS = 1_024;
  private static final GenerationRequest PROMPT =
      GenerationRequest.of("translate English to German: Hello.");

  @TempDir private static Path directory;
  private static LlmEncoder llm;
  private static SlmDecoder slm;
  private static Projector projector;
  private static HybridLanguageModel model;

  @BeforeAll
  static void load() {
    // P is zero, so that the SLM reads its own embeddings and drafts well.
    List<TensorData> zeros = List.of(zeros("fc1.weight", WIDTH, WIDTH), zeros("fc1.bias", WIDTH));
    Path file = directory.resolve("projector.safetensors");
    SafetensorsWriter.write(file, Map.of(), zeros);
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    llm = loader.loadLlm(BART, F32);
    slm = loader.loadSlm(BART, F32);
    projector = loader.loadProjector(file, F32);
    model =
        new HybridModelBuilder(runtime)
            .llm(llm, BART)
            .slm(projector, slm, BART, Fusion.ADD)
            .slmAlone(slm, BART)
            .options(ServingOptions.builder().maxBatchTokens(20_000).build())
            .build();
  }

  private static TensorData zeros(String name, long... shape) {
    int size = 4;
    List<Long> sizes = new ArrayList<>();
    for (long each : shape) {
      size *= Math.toIntExact(each);
      sizes.add(each);
    }
    return new TensorData(name, TensorType.F32, sizes, ByteBuffer.allocate(size));
  }

  @AfterAll
  static void close() {
    model.close();
    projector.close();
    slm.close();
    llm.close();
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void greedyAnswersObey(Route route) {
    assertForced(PROMPT.withRoute(route), 4);
    assertForced(PROMPT.withRoute(route), 1);
    GenerationResult whole = model.generate(PROMPT.withRoute(route).withMaxNewTokens(24));
    assertThat(whole.ids()).startsWith(0).endsWith(2).hasSizeLessThan(24);
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void samplesObey(Route route) {
    GenerationOptions hot = GenerationOptions.builder().temperature(3).topK(0).seed(5).build();
    assertForced(PROMPT.withRoute(route).withOptions(hot), 4);
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, mode = EnumSource.Mode.EXCLUDE, names = "EXACT")
  void beamsObey(Route route) {
    GenerationOptions beams = GenerationOptions.builder().numBeams(3).numReturnSequences(3).build();
    assertForced(PROMPT.withRoute(route).withOptions(beams), 4);
  }

  @Test
  void aForcedPrefixStandsBehindTheForcedFirstId() {
    GenerationRequest request =
        PROMPT
            .withRoute(Route.SLM_ONLY)
            .withOptions(GenerationOptions.builder().forcedPrefix("Ich habe").build());
    GenerationResult result = model.generate(request.withMaxNewTokens(12));
    assertThat(result.text()).startsWith("Ich habe");
    assertThat(result.ids()).startsWith(0);
    assertThatThrownBy(() -> model.generate(request.withMaxNewTokens(2)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the one that the model begins every answer with included");
  }

  @Test
  void theExactRouteGivesTheLlmsIds() {
    assertThat(model.generate(PROMPT.withRoute(Route.EXACT).withMaxNewTokens(24)).ids())
        .isEqualTo(model.generate(PROMPT.withRoute(Route.LLM_ONLY).withMaxNewTokens(24)).ids());
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void positionsBoundPromptAndAnswer(Route route) {
    String endless = "a ".repeat(POSITIONS);
    assertThatThrownBy(() -> model.generate(GenerationRequest.of(endless).withRoute(route)))
        .isInstanceOf(PromptTooLongException.class)
        .hasMessageContaining("1024");
    assertThatThrownBy(
            () -> model.generate(PROMPT.withRoute(route).withMaxNewTokens(POSITIONS + 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("maxNewTokens must be at most 1024")
        .hasMessageContaining("but was 1025");
  }

  private static void assertForced(GenerationRequest request, int maxNewTokens) {
    GenerationResult result = model.generate(request.withMaxNewTokens(maxNewTokens));
    assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
    Stream<List<Integer>> answers =
        result.candidates().isEmpty()
            ? Stream.of(result.ids())
            : result.candidates().stream().map(Candidate::ids);
    assertThat(answers)
        .isNotEmpty()
        .allSatisfy(
            ids -> {
              assertThat(ids).endsWith(2).hasSizeLessThanOrEqualTo(maxNewTokens);
              if (maxNewTokens > 1) {
                assertThat(ids).startsWith(0);
              }
            });
  }
}
