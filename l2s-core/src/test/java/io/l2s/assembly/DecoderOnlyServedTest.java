package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
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
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes of models that are decoder-only, and the limits of their positions. */
class DecoderOnlyServedTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  /** The fixture's model has 1,024 positions. */
  private static final int POSITIONS = 1_024;

  private static final ServingOptions LONG_PROMPTS =
      ServingOptions.builder().maxPromptTokens(4_000).maxBatchTokens(8_000).build();

  private interface Check {
    void on(HybridLanguageModel model, Fixture fixture);
  }

  private static void withLlm(String name, Check check) {
    Fixture fixture = Fixture.open(name);
    try (LlmEncoder llm =
            new ModelLoader(runtime, runtime.devices()).loadLlm(fixture.directory(), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, fixture.directory())
                .options(LONG_PROMPTS)
                .build()) {
      check.on(model, fixture);
    }
  }

  private static void withPair(Check check) {
    Fixture fixture = Fixture.open("hybrid-c-t5-gpt2-add");
    Path directory = fixture.directory();
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    try (LlmEncoder llm = loader.loadLlm(Fixture.path("t5-llm"), F32);
        Projector projector =
            loader.loadProjector(directory.resolve("projector.safetensors"), F32);
        SlmDecoder slm = loader.loadSlm(directory.resolve("slm"), F32);
        SlmDecoder alone = loader.loadSlm(Fixture.path("gpt2-sharedvocab"), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, Fixture.path("t5-llm"))
                .slm(projector, slm, directory.resolve("slm"), Fusion.ADD)
                .slmAlone(alone, Fixture.path("gpt2-sharedvocab"))
                .build()) {
      check.on(model, fixture);
    }
  }

  /** A prompt of this many tokens: the tokenizer makes one of each of these characters. */
  private static String prompt(HybridLanguageModel model, int tokens) {
    String text = IntStream.range(0, tokens).mapToObj(i -> "\u0001").collect(Collectors.joining());
    GenerationResult result = model.generate(GenerationRequest.of("\u0001").withMaxNewTokens(1));
    assertThat(result.usage().promptTokens()).isOne();
    return text;
  }

  @Test
  void anLlmThatIsDecoderOnlyAnswersWithoutMakingFeatures() {
    withLlm(
        "gpt2",
        (model, fixture) -> {
          List<JsonObject> cases =
              fixture.cases().stream()
                  .filter(
                      each ->
                          each.getAsJsonObject("greedy").get("min_margin").getAsDouble()
                              > Fixture.NOISE)
                  .toList();
          List<GenerationResult> results =
              model.generateAll(
                  cases.stream()
                      .map(
                          each ->
                              GenerationRequest.of(each.get("text").getAsString())
                                  .withMaxNewTokens(fixture.maxNewTokens()))
                      .toList());
          for (int i = 0; i < cases.size(); i++) {
            assertThat(results.get(i).route()).isEqualTo(Route.LLM_ONLY);
            assertThat(results.get(i).text())
                .isEqualTo(cases.get(i).getAsJsonObject("greedy").get("text").getAsString());
          }
          assertThat(model.featureCacheStatistics().misses()).isZero();
        });
  }

  @Test
  void aPromptBeyondTheModelsPositionsIsRefused() {
    withLlm(
        "gpt2",
        (model, fixture) -> {
          String tooLong = prompt(model, POSITIONS);
          assertThatThrownBy(() -> model.generate(GenerationRequest.of(tooLong)))
              .isInstanceOf(PromptTooLongException.class)
              .hasMessageContaining("at most 1023 tokens long")
              .hasMessageContaining("the model has no positions for more")
              .hasMessageContaining("was 1024 tokens");
        });
  }

  @Test
  void anAnswerBeyondTheModelsPositionsIsRefusedAndTheDefaultIsCut() {
    withLlm(
        "gpt2",
        (model, fixture) -> {
          GenerationRequest request = GenerationRequest.of(prompt(model, POSITIONS - 20));
          assertThatThrownBy(() -> model.generate(request.withMaxNewTokens(21)))
              .isInstanceOf(InvalidRequestException.class)
              .hasMessageContaining("maxNewTokens must be at most 20 for a prompt of 1004 tokens")
              .hasMessageContaining("was 21");
          assertThat(model.generate(request.withMaxNewTokens(20)).ids()).hasSizeBetween(1, 20);
          GenerationResult cut = model.generate(request);
          assertThat(cut.finishReason() == FinishReason.LENGTH ? cut.ids().size() : 20)
              .isEqualTo(20);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void exactDecodingWithADecoderOnlyDrafterGivesTheLlmsText(int number) {
    withPair(
        (model, fixture) -> {
          GenerationRequest request =
              GenerationRequest.of(fixture.cases().get(number).get("text").getAsString())
                  .withMaxNewTokens(fixture.maxNewTokens());
          GenerationResult alone = model.generate(request.withRoute(Route.LLM_ONLY));
          GenerationResult exact = model.generate(request.withRoute(Route.EXACT));
          assertThat(exact.route()).isEqualTo(Route.EXACT);
          assertThat(exact.ids()).isEqualTo(alone.ids());
        });
  }

  @Test
  void anSlmAloneReadsThePromptByItselfAndItsPenaltiesSeeIt() {
    Fixture alone = Fixture.open("gpt2-sharedvocab");
    GenerationOptions penalty = GenerationOptions.builder().repetitionPenalty(1.3).build();
    withPair(
        (model, fixture) -> {
          for (JsonObject each : alone.cases()) {
            JsonObject expected = each.getAsJsonObject("greedy_repetition_penalty");
            if (expected.get("min_margin").getAsDouble() > Fixture.NOISE) {
              GenerationRequest request =
                  GenerationRequest.of(each.get("text").getAsString())
                      .withRoute(Route.SLM_ONLY)
                      .withOptions(penalty)
                      .withMaxNewTokens(alone.maxNewTokens());
              assertThat(model.generate(request).text())
                  .isEqualTo(expected.get("text").getAsString());
            }
          }
        });
  }
}
