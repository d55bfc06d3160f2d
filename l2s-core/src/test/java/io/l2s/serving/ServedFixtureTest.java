package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.Fixture;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import io.l2s.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A served hybrid of real checkpoints against transformers. */
class ServedFixtureTest {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final Set<Integer> EOS = Set.of(1);

  private static final Fixture FIXTURE = Fixture.open("hybrid-a-t5-t5-add");
  private static final Fixture LLM = Fixture.open("t5-llm");
  private static final AtomicInteger PASSES = new AtomicInteger();

  private static NativeRuntime runtime;
  private static Encoder llm;
  private static Projector projector;
  private static Decoder slm;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    llm = loader.loadLlm(LLM.directory(), F32);
    slm = loader.loadSlm(FIXTURE.directory().resolve("slm"), F32);
    projector = loader.loadProjector(FIXTURE.directory().resolve("projector.safetensors"), F32);
    tokenizer = Tokenizer.load(LLM.directory().resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    projector.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  private static ServedLanguageModel serve(Encoder encoder, Decoder decoder) {
    TextCodec text = TextCodec.of(tokenizer);
    ServingOptions options =
        ServingOptions.builder()
            .maxBatchSize(8)
            .defaults(new GenerationDefaults(FIXTURE.maxNewTokens(), Optional.empty()))
            .build();
    return new ServedLanguageModel(
        new ServedComponents(
            new ServedComponents.Llm(encoder, text, EOS),
            Optional.of(new ServedComponents.Slm(projector, decoder, Fusion.ADD, text, EOS)),
            Optional.empty()),
        options,
        runtime,
        ResponsivenessListener.NONE);
  }

  private static List<JsonObject> certainCases(Fixture fixture) {
    return fixture.cases().stream()
        .filter(
            each -> each.getAsJsonObject("greedy").get("min_margin").getAsDouble() >= Fixture.NOISE)
        .toList();
  }

  private static List<GenerationRequest> requests(List<JsonObject> cases, Route route) {
    return cases.stream()
        .map(each -> GenerationRequest.of(each.get("text").getAsString()).withRoute(route))
        .toList();
  }

  private static void assertAnswers(List<GenerationResult> results, List<JsonObject> cases) {
    for (int i = 0; i < results.size(); i++) {
      JsonObject greedy = cases.get(i).getAsJsonObject("greedy");
      GenerationResult result = results.get(i);
      assertThat(result.promptIds().stream().mapToInt(Integer::intValue).toArray())
          .isEqualTo(Fixture.ids(cases.get(i).get("input_ids")));
      assertThat(result.ids().stream().mapToInt(Integer::intValue).toArray())
          .as(cases.get(i).get("text").getAsString())
          .isEqualTo(Fixture.ids(greedy.get("ids")));
      assertThat(result.text()).isEqualTo(greedy.get("text").getAsString());
    }
  }

  @Test
  void hybridAnswersEqualTheReferenceServedTogether() {
    List<JsonObject> cases = certainCases(FIXTURE);
    try (HybridLanguageModel model = serve(llm, slm)) {
      assertAnswers(model.generateAll(requests(cases, Route.HYBRID)), cases);
    }
  }

  @Test
  void hybridAnswersEqualTheReferenceServedOneByOneAndFromTheCache() {
    List<JsonObject> cases = certainCases(FIXTURE);
    try (HybridLanguageModel model = serve(new CountingEncoder(), slm)) {
      for (int round = 0; round < 2; round++) {
        assertAnswers(requests(cases, Route.HYBRID).stream().map(model::generate).toList(), cases);
      }
      long distinct = cases.stream().map(each -> each.get("input_ids")).distinct().count();
      assertThat(PASSES).hasValue(Math.toIntExact(distinct));
    }
  }

  @Test
  void llmOnlyAnswersEqualTheReference() {
    List<JsonObject> cases = certainCases(LLM);
    try (HybridLanguageModel model = serve(llm, slm)) {
      List<GenerationRequest> requests =
          requests(cases, Route.LLM_ONLY).stream()
              .map(each -> each.withMaxNewTokens(LLM.maxNewTokens()))
              .toList();
      assertAnswers(model.generateAll(requests), cases);
    }
  }

  @Test
  void aFallbackToTheLlmReadsThePromptOnce() {
    JsonObject first = certainCases(LLM).get(0);
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("l2s-slm");
    try (HybridLanguageModel model =
        new CircuitBreakingLanguageModel(
            serve(new CountingEncoder(), new BrokenDecoder()), breaker)) {
      GenerationResult result =
          model.generate(
              GenerationRequest.of(first.get("text").getAsString())
                  .withMaxNewTokens(LLM.maxNewTokens()));
      assertAnswers(List.of(result), List.of(first));
      assertThat(result.route()).isEqualTo(Route.LLM_ONLY);
      assertThat(result.degradation())
          .contains(new Degradation(Route.HYBRID, "the SLM failed: the SLM is broken"));
      assertThat(PASSES).hasValue(1);
      assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
    }
  }

  /** The LLM, counting the prompts that it reads. */
  private static final class CountingEncoder implements Encoder {

    CountingEncoder() {
      PASSES.set(0);
    }

    @Override
    public int width() {
      return llm.width();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      PASSES.addAndGet(prompts.size());
      return llm.encode(scope, prompts);
    }

    @Override
    public Optional<Decoder> decoder() {
      return llm.decoder();
    }
  }

  /** The SLM, failing to prefill. */
  private static final class BrokenDecoder implements Decoder {

    @Override
    public int width() {
      return slm.width();
    }

    @Override
    public int vocabularySize() {
      return slm.vocabularySize();
    }

    @Override
    public NDArray embed(NDManager scope, TokenBatch prompts) {
      return slm.embed(scope, prompts);
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      throw new IllegalStateException("the SLM is broken");
    }
  }
}
