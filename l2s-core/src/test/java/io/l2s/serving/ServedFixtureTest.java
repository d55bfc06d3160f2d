package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.INT_ARRAY;

import com.google.gson.JsonObject;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.model.SlmDecoder;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A served hybrid of real checkpoints against transformers. */
class ServedFixtureTest extends ServedPair {

  private final AtomicLong clock = new AtomicLong();

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
  void anAnswerIsDraftedWhileItDecodesByItselfAndKeepsItsTokens() {
    List<GenerationRequest> others = requests(certainCases(FIXTURE), Route.HYBRID);
    GenerationRequest longest = others.get(9).withMaxNewTokens(120);
    GenerationResult longestAlone;
    GenerationResult otherAlone;
    try (HybridLanguageModel model = serve(llm, slm)) {
      longestAlone = model.generate(longest);
      otherAlone = model.generate(others.get(3));
    }
    CountingDecoder decoder = new CountingDecoder(slm);
    AtomicInteger drafts = new AtomicInteger();
    decoder.onVerify = drafts::incrementAndGet;
    HandTurnedThread thread = new HandTurnedThread(runtime);
    ServedLanguageModel model = serveByHand(decoder, thread);
    RecordingListener running =
        submit(
            model,
            longest.withOptions(GenerationOptions.builder().promptLookupNumTokens(8).build()));
    while (drafts.get() == 0) {
      assertThat(thread.turn()).isTrue();
    }
    RecordingListener joined = submit(model, others.get(3));
    while (decoder.joins == 0) {
      assertThat(thread.turn()).isTrue();
    }
    int before = drafts.get();
    while (joined.terminalEvents() == 0) {
      assertThat(thread.turn()).isTrue();
    }
    assertThat(drafts).hasValue(before);
    thread.turnUntilIdle();
    assertThat(drafts.get()).isGreaterThan(before);
    assertThat(running.result().ids()).isEqualTo(longestAlone.ids());
    assertThat(joined.result().ids()).isEqualTo(otherAlone.ids());
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
}
