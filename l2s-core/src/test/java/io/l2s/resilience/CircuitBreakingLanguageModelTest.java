package io.l2s.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.HandDrivenModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.NoRouteAvailableException;
import io.l2s.QueueFullException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The outcomes that a breaker records, and the requests that it lets through. */
class CircuitBreakingLanguageModelTest extends BreakerRig {

  private void assertNothingRecordedAndPermissionBack() {
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    RecordingListener trial = new RecordingListener();
    delegate.refusal = null;
    model.submit(GenerationRequest.of("trial"), trial);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(trial.result().degradation()).isEmpty();
  }

  @Test
  void recordsASuccessWithTheTimeOfTheSlmAlone() {
    List<Duration> recorded = new ArrayList<>();
    breaker.getEventPublisher().onSuccess(event -> recorded.add(event.getElapsedDuration()));
    submit();
    delegate.last().listener.onChunk(new TextChunk("hallo"));
    delegate.last().complete("hallo", FinishReason.EOS);
    assertThat(listener.result().degradation()).isEmpty();
    assertThat(recorded).containsExactly(Duration.ofMillis(100));
  }

  @Test
  void opensHalfOpensAndClosesAgain() {
    for (int i = 0; i < 2; i++) {
      submit();
      delegate.last().listener.onError(failed(Component.SLM));
    }
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
    RecordingListener degraded = new RecordingListener();
    model.submit(GenerationRequest.of("hello"), degraded);
    assertThat(delegate.last().request.route()).contains(Route.LLM_ONLY);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(degraded.result().degradation())
        .contains(
            new Degradation(
                Route.HYBRID, Degradation.Cause.CIRCUIT_OPEN, "circuit breaker l2s-slm is open"));

    clock.now = clock.now.plusSeconds(6);
    submit();
    HandDrivenModel.Submission trial = delegate.last();
    assertThat(trial.request.route()).isEmpty();
    RecordingListener besides = new RecordingListener();
    model.submit(GenerationRequest.of("hello"), besides);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(besides.result().degradation())
        .contains(
            new Degradation(
                Route.HYBRID,
                Degradation.Cause.CIRCUIT_HALF_OPEN,
                "circuit breaker l2s-slm allows no further trial request"));
    trial.complete("", FinishReason.EOS);
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void refusesByNameWhenTheBreakerIsOpenAndTheLlmCannotAnswer() {
    delegate.routes = EnumSet.of(Route.HYBRID);
    breaker.transitionToOpenState();
    assertThatThrownBy(this::submit)
        .isInstanceOf(NoRouteAvailableException.class)
        .hasMessage(
            "circuit breaker l2s-slm is open, and the LLM has no decoder of its own to answer"
                + " instead; try again later");
  }

  @Test
  void aFailureOfTheLlmIsAnErrorAndNotTheSlmsFault() {
    submit();
    L2sException failure = failed(Component.ENCODER);
    delegate.last().listener.onError(failure);
    assertThat(listener.failure()).isSameAs(failure);
    assertThat(delegate.submissions).hasSize(1);
    assertNothingRecordedAndPermissionBack();
  }

  @Test
  void closingIsNotTheSlmsFault() {
    submit();
    delegate.last().listener.onError(new ModelClosedException());
    assertThat(listener.failure()).isInstanceOf(ModelClosedException.class);
    assertNothingRecordedAndPermissionBack();
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "DEADLINE"})
  void cancelledAndLateOnesAreNotRecorded(FinishReason reason) {
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    submit();
    delegate.last().complete("", reason);
    assertThat(listener.result().finishReason()).isEqualTo(reason);
    assertNothingRecordedAndPermissionBack();
  }

  @Test
  void aThousandRefusedRequestsLeaveTheBreakerClosed() {
    for (L2sException refusal :
        List.of(
            new InvalidRequestException("prompt", "short", "long"), new QueueFullException(1))) {
      delegate.refusal = refusal;
      for (int i = 0; i < 500; i++) {
        assertThatThrownBy(this::submit).isSameAs(refusal);
      }
    }
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    assertNothingRecordedAndPermissionBack();
  }

  @ParameterizedTest
  @EnumSource(names = {"LLM_ONLY", "SLM_ONLY"})
  void anotherRouteAskedForIsNoneOfTheBreakersBusiness(Route route) {
    breaker.transitionToForcedOpenState();
    submit(GenerationRequest.of("hello").withRoute(route));
    assertThat(delegate.last().listener).isSameAs(listener);
    assertThat(delegate.last().request.route()).contains(route);
  }

  @Test
  void aDelegateWithoutHybridRouteIsNoneOfTheBreakersBusiness() {
    delegate.routes = EnumSet.of(Route.LLM_ONLY);
    submit();
    assertThat(delegate.last().listener).isSameAs(listener);
  }

  @ParameterizedTest
  @EnumSource(names = {"ENCODER", "LLM"})
  void aModelWithoutSlmIsGuardedByTheBreakersOfTheLlm(Component component) {
    delegate.routes = EnumSet.of(Route.LLM_ONLY);
    try (CircuitBreakingLanguageModel llmOnly =
        new CircuitBreakingLanguageModel(
            delegate,
            Map.of(component, breaker),
            List.of(Route.LLM_ONLY),
            GenerationDefaults.STANDARD)) {
      for (int i = 0; i < 2; i++) {
        llmOnly.submit(GenerationRequest.of("hello"), listener);
        assertThat(delegate.last().request.route()).as("left to the model").isEmpty();
        delegate.last().listener.onError(failed(component));
      }
      assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
      assertThatThrownBy(() -> llmOnly.submit(GenerationRequest.of("hello"), listener))
          .isInstanceOfSatisfying(
              NoRouteAvailableException.class,
              refused -> assertThat(refused.component()).isEqualTo(component))
          .hasMessageContaining("circuit breaker l2s-slm is open");
      assertThat(delegate.submissions).as("the open breaker spares it").hasSize(2);
    }
  }

  @Test
  void aModelWithoutSlmIsAnsweredByTheSmallModelAloneWhereTheLlmFails() {
    delegate.routes = EnumSet.of(Route.LLM_ONLY, Route.SLM_ONLY);
    new CircuitBreakingLanguageModel(
            delegate,
            Map.of(Component.ENCODER, breaker),
            List.of(Route.LLM_ONLY, Route.SLM_ONLY),
            GenerationDefaults.STANDARD)
        .submit(GenerationRequest.of("hello"), listener);
    delegate.last().listener.onError(failed(Component.ENCODER));
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(listener.result().degradation().orElseThrow().requested()).isEqualTo(Route.LLM_ONLY);
  }

  @Test
  void closesItsDelegateAndOffersItsRoutes() {
    assertThat(model.routes()).isEqualTo(delegate.routes);
    model.close();
    assertThat(delegate.closed).isTrue();
  }
}
