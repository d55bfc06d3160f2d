package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.INT_ARRAY;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Precision;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import io.l2s.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
  private static LlmEncoder llm;
  private static Projector projector;
  private static SlmDecoder slm;
  private static Tokenizer tokenizer;

  private final AtomicLong clock = new AtomicLong();

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
    projector.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  private static final ServingOptions OPTIONS =
      ServingOptions.builder()
          .maxBatchSize(8)
          .defaults(new GenerationDefaults(FIXTURE.maxNewTokens(), Optional.empty()))
          .build();

  private static ServedLanguageModel serve(LlmEncoder encoder, SlmDecoder decoder) {
    return new ServedLanguageModel(
        components(encoder, decoder), OPTIONS, runtime, ResponsivenessListener.NONE);
  }

  private static ServedComponents components(LlmEncoder encoder, SlmDecoder decoder) {
    TextCodec text = TextCodec.of(tokenizer);
    return new ServedComponents(
        new ServedComponents.Llm(encoder, text, EOS),
        Optional.of(
            new ServedComponents.Slm(
                new PromptFuser(decoder.embeddings(), projector, Fusion.ADD), decoder, text, EOS)),
        Optional.empty());
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
  void exactAnswersAreTheLlmsOwnWhateverElseRuns() {
    List<JsonObject> cases = certainCases(LLM);
    try (HybridLanguageModel model = serve(llm, slm)) {
      List<GenerationRequest> requests = new ArrayList<>(requests(cases, Route.EXACT));
      requests.replaceAll(each -> each.withMaxNewTokens(LLM.maxNewTokens()));
      requests.addAll(requests(certainCases(FIXTURE), Route.HYBRID));
      List<GenerationResult> results = model.generateAll(requests).subList(0, cases.size());

      assertAnswers(results, cases);
      assertThat(results).allMatch(result -> result.route() == Route.EXACT);
    }
  }

  @Test
  void exactSamplesTheTextThatTheLlmAloneSamplesWithTheSeed() {
    GenerationOptions options = GenerationOptions.builder().temperature(1).topK(0).seed(4).build();
    try (HybridLanguageModel model = serve(llm, slm)) {
      for (JsonObject each : certainCases(LLM)) {
        GenerationRequest request =
            GenerationRequest.of(each.get("text").getAsString())
                .withOptions(options)
                .withMaxNewTokens(LLM.maxNewTokens());
        GenerationResult exact = model.generate(request.withRoute(Route.EXACT));
        assertThat(exact.ids()).isEqualTo(model.generate(request.withRoute(Route.LLM_ONLY)).ids());
      }
    }
  }

  @Test
  void exactFallsBackToTheSameTextWhereTheSlmIsBroken() {
    JsonObject first = certainCases(LLM).get(0);
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("l2s-slm");
    try (HybridLanguageModel model =
        new CircuitBreakingLanguageModel(serve(llm, new BrokenDecoder()), breaker)) {
      GenerationResult result =
          model.generate(
              GenerationRequest.of(first.get("text").getAsString())
                  .withRoute(Route.EXACT)
                  .withMaxNewTokens(LLM.maxNewTokens()));
      assertAnswers(List.of(result), List.of(first));
      assertThat(result.degradation().orElseThrow().requested()).isEqualTo(Route.EXACT);
    }
  }

  @Test
  void exactBlamesTheSlmThatFailsWhileItDrafts() {
    CountingDecoder broken = new CountingDecoder(slm);
    broken.onDecode =
        () -> {
          throw new IllegalStateException("the SLM is broken");
        };
    assertThat(failureOfExact(llm, broken).component()).isEqualTo(Component.SLM);
    assertThat(broken.openStates).isZero();
  }

  @Test
  void exactBlamesTheLlmsDecoderWhereThatFails() {
    CountingDecoder drafter = new CountingDecoder(slm);
    CountingDecoder broken = new CountingDecoder(llm.decoder().orElseThrow());
    broken.onVerify =
        () -> {
          throw new IllegalStateException("the LLM's decoder is broken");
        };
    CountingEncoder encoder = new CountingEncoder();
    encoder.decoder = Optional.of(broken);
    assertThat(failureOfExact(encoder, drafter).component()).isEqualTo(Component.LLM);
    assertThat(drafter.openStates + broken.openStates).isZero();
  }

  private static GenerationFailedException failureOfExact(LlmEncoder encoder, SlmDecoder decoder) {
    try (HybridLanguageModel model = serve(encoder, decoder)) {
      GenerationRequest request = GenerationRequest.of("a prompt").withRoute(Route.EXACT);
      return catchThrowableOfType(GenerationFailedException.class, () -> model.generate(request));
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
          .contains(
              new Degradation(
                  Route.HYBRID, Degradation.Cause.SLM_FAILED, "the SLM failed: the SLM is broken"));
      assertThat(PASSES).hasValue(1);
      assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
    }
  }

  @Test
  void aLongAnswerKeepsItsTokensWhileOthersJoinAndLeave() {
    List<GenerationRequest> others = requests(certainCases(FIXTURE), Route.HYBRID);
    GenerationRequest longest = others.get(9).withMaxNewTokens(120);
    List<GenerationResult> alone = new ArrayList<>();
    GenerationResult longestAlone;
    try (HybridLanguageModel model = serve(llm, slm)) {
      others.forEach(each -> alone.add(model.generate(each)));
      longestAlone = model.generate(longest);
    }
    assertThat(longestAlone.ids()).hasSizeGreaterThan(60);

    CountingDecoder decoder = new CountingDecoder(slm);
    HandTurnedThread thread = new HandTurnedThread(runtime);
    ServedLanguageModel model = serveByHand(decoder, thread);
    RecordingListener running = submit(model, longest);
    List<RecordingListener> joined = new ArrayList<>();
    for (int turn = 0; thread.turn(); turn++) {
      if (turn % 2 == 1 && joined.size() < others.size()) {
        joined.add(submit(model, others.get(joined.size())));
      }
    }
    assertThat(decoder.joins).isGreaterThan(5);
    assertThat(running.result().ids()).isEqualTo(longestAlone.ids());
    assertThat(joined).hasSameSizeAs(others);
    for (int i = 0; i < joined.size(); i++) {
      assertThat(joined.get(i).result().ids()).isEqualTo(alone.get(i).ids());
    }
    assertThat(decoder.openStates).isZero();
    model.close();
  }

  @Test
  void rowsOfCancelledAndLateAnswersComeBackAndTheirNeighborsGoOn() {
    JsonObject neighbor = certainCases(FIXTURE).get(9);
    List<GenerationRequest> others = requests(certainCases(FIXTURE), Route.HYBRID);
    CountingDecoder decoder = new CountingDecoder(slm);
    HandTurnedThread thread = new HandTurnedThread(runtime);
    ServedLanguageModel model = serveByHand(decoder, thread);
    RecordingListener cancelled = new RecordingListener();
    GenerationHandle handle = model.submit(others.get(3), cancelled);
    RecordingListener goesOn = submit(model, requests(List.of(neighbor), Route.HYBRID).get(0));
    RecordingListener late = submit(model, others.get(5).withTimeout(Duration.ofNanos(2)));
    thread.turn();
    thread.turn();
    handle.cancel();
    clock.set(2);
    thread.turnUntilIdle();
    assertThat(cancelled.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(cancelled.result().ids()).hasSize(4);
    assertThat(late.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(late.result().ids()).hasSize(4);
    assertAnswers(List.of(goesOn.result()), List.of(neighbor));
    assertThat(decoder.openStates).isZero();
    model.close();
    assertThat(model.featureCacheStatistics().bytes()).isZero();
  }

  @Test
  void allRowsOfACancelledSearchComeBackAndItsNeighborGoesOn() {
    JsonObject neighbor = certainCases(FIXTURE).get(9);
    GenerationRequest searched =
        requests(certainCases(FIXTURE), Route.HYBRID)
            .get(3)
            .withOptions(GenerationOptions.builder().numBeams(3).build());
    CountingDecoder decoder = new CountingDecoder(slm);
    HandTurnedThread thread = new HandTurnedThread(runtime);
    ServedLanguageModel model = serveByHand(decoder, thread);
    RecordingListener cancelled = new RecordingListener();
    GenerationHandle handle = model.submit(searched, cancelled);
    RecordingListener goesOn = submit(model, requests(List.of(neighbor), Route.HYBRID).get(0));
    for (int turn = 0; turn < 4; turn++) {
      thread.turn();
    }
    assertThat(decoder.kept).last().asInstanceOf(INT_ARRAY).hasSize(4);
    handle.cancel();
    thread.turn();
    assertThat(decoder.kept).last().isEqualTo(new int[] {3});
    assertThat(cancelled.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(cancelled.result().candidates()).hasSize(1);
    assertThat(cancelled.result().text()).isNotEmpty();
    thread.turnUntilIdle();
    assertAnswers(List.of(goesOn.result()), List.of(neighbor));
    assertThat(decoder.openStates).isZero();
    model.close();
  }

  private ServedLanguageModel serveByHand(SlmDecoder decoder, HandTurnedThread thread) {
    return new ServedLanguageModel(
        components(llm, decoder),
        OPTIONS,
        thread,
        new Surroundings(
            Runnable::run, clock::get, (period, check) -> () -> {}, ResponsivenessListener.NONE));
  }

  private static RecordingListener submit(ServedLanguageModel model, GenerationRequest request) {
    RecordingListener listener = new RecordingListener();
    model.submit(request, listener);
    return listener;
  }

  /** The LLM, counting the prompts that it reads. */
  private static final class CountingEncoder implements LlmEncoder {

    private Optional<LlmDecoder> decoder = llm.decoder();

    CountingEncoder() {
      PASSES.set(0);
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
      PASSES.addAndGet(prompts.size());
      return llm.encode(scope, prompts);
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return decoder;
    }
  }

  /** The SLM, failing to prefill. */
  private static final class BrokenDecoder implements SlmDecoder {

    @Override
    public int vocabularySize() {
      return slm.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
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
