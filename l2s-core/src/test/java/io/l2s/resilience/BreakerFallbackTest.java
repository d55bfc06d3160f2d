package io.l2s.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.L2sException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.Timings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The LLM's answer in place of one that the SLM fails to give. */
class BreakerFallbackTest extends BreakerRig {

  @Test
  void fallsBackWhenTheSlmFailsBeforeTheFirstChunk() {
    submit(GenerationRequest.of("hello").withRoute(Route.HYBRID).withMaxNewTokens(7));
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.submissions).hasSize(2);
    assertThat(delegate.last().request.route()).contains(Route.LLM_ONLY);
    assertThat(delegate.last().request.maxNewTokens()).contains(7);
    delegate.last().listener.onChunk(new TextChunk("hallo"));
    delegate.last().complete("hallo", FinishReason.EOS);
    assertThat(listener.result().route()).isEqualTo(Route.LLM_ONLY);
    assertThat(listener.result().degradation())
        .contains(new Degradation(Route.HYBRID, Degradation.Cause.SLM_FAILED, "SLM is broken"));
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isOne();
  }

  @Test
  void theFallbackIsNotDraftedForAsItsRouteMightRefuseDrafts() {
    GenerationOptions drafted =
        GenerationOptions.builder().temperature(0.5).promptLookupNumTokens(10).build();
    submit(GenerationRequest.of("hello").withRoute(Route.HYBRID).withOptions(drafted));
    assertThat(delegate.last().request.options()).isEqualTo(drafted);
    delegate.last().listener.onError(failed(Component.SLM));
    GenerationOptions instead = delegate.last().request.options();
    assertThat(instead.promptLookup()).hasValueSatisfying(it -> assertThat(it.drafts()).isFalse());
    assertThat(instead.sampling()).isEqualTo(drafted.sampling());
  }

  @Test
  void aFallbackOfARequestThatDoesNotAskForDraftsIsLeftToTheDefault() {
    submit();
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.last().request.options()).isEqualTo(GenerationOptions.GREEDY);
  }

  @Test
  void neverRepeatsTextWhenTheSlmFailsAfterTheFirstChunk() {
    submit();
    delegate.last().listener.onChunk(new TextChunk("hal"));
    L2sException failure = failed(Component.SLM);
    delegate.last().listener.onError(failure);
    assertThat(listener.failure()).isSameAs(failure);
    assertThat(listener.chunks()).containsExactly("hal");
    assertThat(delegate.submissions).hasSize(1);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
  }

  @Test
  void passesTheFailureOnWhereTheLlmCannotAnswer() {
    delegate.routes = EnumSet.of(Route.HYBRID);
    submit();
    L2sException failure = failed(Component.SLM);
    delegate.last().listener.onError(failure);
    assertThat(listener.failure()).isSameAs(failure);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
  }

  @Test
  void bothFailuresAreToldWhenTheFallbackFailsToo() {
    submit();
    L2sException slm = failed(Component.SLM);
    delegate.last().listener.onError(slm);
    L2sException llm = failed(Component.LLM);
    delegate.last().listener.onError(llm);
    assertThat(listener.failure()).isSameAs(llm).hasSuppressedException(slm);
    assertThat(delegate.submissions).hasSize(2);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isOne();
  }

  @Test
  void bothFailuresAreToldWhenTheFallbackIsRefused() {
    submit();
    L2sException slm = failed(Component.SLM);
    delegate.refusal = new QueueFullException(1);
    delegate.last().listener.onError(slm);
    assertThat(listener.failure()).isSameAs(delegate.refusal).hasSuppressedException(slm);
  }

  @Test
  void aFallbackThatCannotBeSubmittedEndsTheAnswer() {
    submit();
    L2sException slm = failed(Component.SLM);
    delegate.refusal = new IllegalStateException("bug");
    delegate.last().listener.onError(slm);
    assertThat(listener.failure())
        .isInstanceOf(GenerationFailedException.class)
        .hasMessageContaining("bug")
        .hasCause(delegate.refusal)
        .hasSuppressedException(slm);
  }

  @Test
  void theTimingsOfAFallbackCountFromTheFirstSubmission() {
    submit();
    clock.now = clock.now.plusSeconds(2);
    delegate.last().listener.onError(failed(Component.SLM));
    delegate.last().complete("", FinishReason.EOS);
    Timings timings = listener.result().timings();
    assertThat(timings.total()).isEqualTo(Duration.ofSeconds(12));
    assertThat(timings.firstToken()).isEqualTo(Duration.ofSeconds(11));
    assertThat(timings.decode()).isEqualTo(Duration.ofMillis(70));
  }

  @Test
  void theTimingsWithoutAFailedAttemptStayAsTheyAre() {
    breaker.transitionToOpenState();
    submit();
    clock.now = clock.now.plusSeconds(2);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(listener.result().timings().total()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void theFallbackGetsTheRestOfTheTime() {
    submit(GenerationRequest.of("hello").withTimeout(Duration.ofSeconds(3)));
    clock.now = clock.now.plusSeconds(2);
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.last().request.timeout()).contains(Duration.ofSeconds(1));
  }

  @Test
  void aFallbackThatStartsLateIsLeftToItsDeadline() {
    submit(GenerationRequest.of("hello").withTimeout(Duration.ofSeconds(3)));
    clock.now = clock.now.plusSeconds(4);
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.last().request.timeout()).contains(Duration.ofNanos(1));
  }

  @Test
  void aDefaultTimeoutCoversAnswerAndFallbackTogether() {
    CircuitBreakingLanguageModel limited =
        new CircuitBreakingLanguageModel(
            delegate, breaker, new GenerationDefaults(9, Optional.of(Duration.ofSeconds(3))));
    limited.submit(GenerationRequest.of("hello"), listener);
    assertThat(delegate.last().request.timeout()).contains(Duration.ofSeconds(3));
    clock.now = clock.now.plusSeconds(2);
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.last().request.timeout()).contains(Duration.ofSeconds(1));
  }

  @Test
  void cancellingHitsTheGenerationThatRuns() {
    GenerationHandle handle = submit();
    delegate.last().listener.onError(failed(Component.SLM));
    handle.cancel();
    assertThat(delegate.submissions)
        .extracting(each -> each.cancelled)
        .containsExactly(false, true);
  }

  @Test
  void cancellingHitsTheFallbackThatBeganBeforeTheHandleWasThere() {
    delegate.failureAtOnce = failed(Component.SLM);
    GenerationHandle handle = submit();
    handle.cancel();
    assertThat(delegate.submissions)
        .extracting(each -> each.cancelled)
        .containsExactly(false, true);
  }

  @Test
  void aRequestCancelledBeforeTheSlmFailsHasItsFallbackCancelledToo() {
    GenerationHandle handle = submit();
    handle.cancel();
    delegate.last().listener.onError(failed(Component.SLM));
    assertThat(delegate.submissions).extracting(each -> each.cancelled).containsExactly(true, true);
  }

  @Test
  void aBreakerThatThrowsDoesNotSwallowTheAnswer() {
    CircuitBreaker broken =
        CircuitBreaker.of(
            "broken",
            CircuitBreakerConfig.custom()
                .recordException(
                    failure -> {
                      throw new IllegalStateException("the predicate is broken");
                    })
                .build());
    new CircuitBreakingLanguageModel(delegate, broken)
        .submit(GenerationRequest.of("hello"), listener);
    assertThatThrownBy(() -> delegate.last().listener.onError(failed(Component.SLM)))
        .hasMessage("the predicate is broken");
    delegate.last().complete("", FinishReason.EOS);
    assertThat(listener.result().route()).isEqualTo(Route.LLM_ONLY);
  }
}
