package io.l2s.assembly;

import static io.l2s.assembly.FixtureModels.ids;
import static io.l2s.assembly.FixtureModels.requests;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridFixture;
import io.l2s.HybridLanguageModel;
import io.l2s.OnEngine;
import io.l2s.Route;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs of a decoder-only LLM whose SLM fails: the LLM answers in its place. */
class DecoderOnlyFallbackTest extends OnEngine {

  @ParameterizedTest
  @CsvSource({"hybrid-d-llama-gpt2-adapted, llama", "hybrid-f-qwen2-t5-adapted, qwen2"})
  void theLlmReadsThePromptAgainAndItsTextIsTheSame(String pair, String llm) {
    Fixture alone = Fixture.open(llm);
    List<JsonObject> cases =
        alone.cases().stream()
            .filter(
                each ->
                    each.getAsJsonObject("greedy").get("min_margin").getAsDouble() > Fixture.NOISE)
            .limit(3)
            .toList();
    try (HybridFixture hybrid = HybridFixture.load(pair, runtime)) {
      CountingLlm counted = new CountingLlm(hybrid.llm());
      try (HybridLanguageModel model = withBrokenSlm(hybrid, counted)) {
        for (int i = 0; i < cases.size(); i++) {
          GenerationRequest request =
              requests(alone, cases.subList(i, i + 1), GenerationOptions.GREEDY).get(0);
          GenerationResult fallback = model.generate(request);
          assertThat(counted.features).isEqualTo(i + 1);
          assertThat(counted.prefills).isEqualTo(2 * i + 1);
          assertThat(fallback.degradation())
              .map(Degradation::cause)
              .contains(Degradation.Cause.SLM_FAILED);
          GenerationResult chosen = model.generate(request.withRoute(Route.LLM_ONLY));
          JsonObject expected = cases.get(i).getAsJsonObject("greedy");
          for (GenerationResult each : List.of(fallback, chosen)) {
            assertThat(each.route()).isEqualTo(Route.LLM_ONLY);
            assertThat(ids(each.ids())).isEqualTo(Fixture.ids(expected.get("ids")));
            assertThat(each.text()).isEqualTo(expected.get("text").getAsString());
          }
        }
      }
    }
  }

  private static HybridLanguageModel withBrokenSlm(HybridFixture hybrid, LlmEncoder llm) {
    return new CircuitBreakingLanguageModel(
        new HybridModelBuilder(runtime)
            .llm(llm, hybrid.llmFiles())
            .slm(
                hybrid.projector(), new BrokenSlm(hybrid.slm()), hybrid.slmFiles(), hybrid.fusion())
            .promptTokenizer(hybrid.promptTokenizer())
            .build(),
        CircuitBreaker.ofDefaults("l2s-slm"));
  }

  /** The LLM, counting how often it makes features and how often its decoder reads a prompt. */
  private static final class CountingLlm implements LlmEncoder {

    private final LlmEncoder llm;
    private int features;
    private int prefills;

    CountingLlm(LlmEncoder llm) {
      this.llm = llm;
    }

    @Override
    public int width() {
      return llm.width();
    }

    @Override
    public TokenEmbedder embeddings() {
      return llm.embeddings();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      features++;
      return llm.encode(scope, prompts);
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return llm.decoder().map(Counting::new);
    }

    private final class Counting implements LlmDecoder {

      private final LlmDecoder decoder;

      Counting(LlmDecoder decoder) {
        this.decoder = decoder;
      }

      @Override
      public boolean readsFeatures() {
        return decoder.readsFeatures();
      }

      @Override
      public int vocabularySize() {
        return decoder.vocabularySize();
      }

      @Override
      public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
        prefills++;
        return decoder.prefill(h, prompts);
      }
    }
  }

  /** An SLM that fails to prefill. */
  private record BrokenSlm(SlmDecoder slm) implements SlmDecoder {

    @Override
    public int vocabularySize() {
      return slm.vocabularySize();
    }

    @Override
    public TokenEmbedder embeddings() {
      return slm.embeddings();
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      throw new IllegalStateException("the SLM is broken");
    }
  }
}
