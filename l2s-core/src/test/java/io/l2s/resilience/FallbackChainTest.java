package io.l2s.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.l2s.Degradation.Attempt;
import io.l2s.Degradation.Cause;
import io.l2s.FinishReason;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HandDrivenModel;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several routes stand in for one another, each component behind a breaker of its own. */
class FallbackChainTest {

  private final Map<Component, CircuitBreaker> breakers = new EnumMap<>(Component.class);
  private final HandDrivenModel delegate = new HandDrivenModel();
  private final RecordingListener listener = new RecordingListener();

  FallbackChainTest() {
    delegate.routes = EnumSet.allOf(Route.class);
    for (Component component : Component.values()) {
      breakers.put(
          component,
          CircuitBreaker.of(
              component.name(),
              CircuitBreakerConfig.custom()
                  .slidingWindowSize(4)
                  .minimumNumberOfCalls(4)
                  .permittedNumberOfCallsInHalfOpenState(1)
                  .slowCallDurationThreshold(Duration.ofMillis(50))
                  .build()));
    }
  }

  private void submit(GenerationRequest request, Route... fallback) {
    new CircuitBreakingLanguageModel(
            delegate, breakers, List.of(fallback), GenerationDefaults.STANDARD)
        .submit(request, listener);
  }

  private void submit() {
    submit(GenerationRequest.of("hello"), Route.LLM_ONLY, Route.SLM_ONLY);
  }

  private void fail(Component component) {
    delegate.last().listener.onError(failed(component));
  }

  private static GenerationFailedException failed(Component component) {
    return new GenerationFailedException(component, component + " is broken", null);
  }

  private int recorded(Component component) {
    return breakers.get(component).getMetrics().getNumberOfBufferedCalls();
  }

  @Test
  void eachRouteIsTriedOnceAndTheAnswerNamesAllAttempts() {
    submit();
    fail(Component.SLM);
    fail(Component.LLM);
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(listener.result().route()).isEqualTo(Route.SLM_ONLY);
    assertThat(listener.result().degradation().orElseThrow().attempts())
        .containsExactly(
            new Attempt(Route.HYBRID, Cause.SLM_FAILED, "SLM is broken"),
            new Attempt(Route.LLM_ONLY, Cause.LLM_FAILED, "LLM is broken"));
    assertThat(listener.result().degradation().orElseThrow().cause()).isEqualTo(Cause.SLM_FAILED);
  }

  @Test
  void withEveryRouteFailingTheCallerGetsAllFailuresAfterThreeSubmissions() {
    submit();
    fail(Component.SLM);
    fail(Component.LLM);
    fail(Component.SLM);
    assertThat(listener.failure().getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("SLM is broken", "LLM is broken");
    assertThat(delegate.submissions).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "LLM_ONLY, ENCODER, SLM_ONLY, SLM",
    "LLM_ONLY, LLM, HYBRID, SLM",
    "HYBRID, SLM, LLM_ONLY, LLM"
  })
  void aRouteThatCannotBeSubmittedBlamesAComponentOfItsOwn(
      Route requested, Component broken, Route instead, Component blamed) {
    submit(GenerationRequest.of("hello").withRoute(requested), instead);
    delegate.refusal = new IllegalStateException("bug");
    fail(broken);

    GenerationFailedException failure = (GenerationFailedException) listener.failure();
    assertThat(failure.component()).isEqualTo(blamed);
    assertThat(failure)
        .hasMessageContaining("the route " + instead + " could not be submitted")
        .hasMessageContaining("bug");
  }

  @Test
  void routesThatNeedTheFailedComponentArePassedOver() {
    submit();
    fail(Component.ENCODER);
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
    assertThat(delegate.submissions).hasSize(2);
    assertThat(recorded(Component.ENCODER)).isOne();
    assertThat(recorded(Component.SLM)).isZero();
  }

  @Test
  void anOpenBreakerOfTheEncoderLeavesOnlyTheModelThatDoesWithoutIt() {
    breakers.get(Component.ENCODER).transitionToOpenState();
    submit();
    assertThat(delegate.submissions).hasSize(1);
    delegate.last().complete("", FinishReason.EOS);
    assertThat(listener.result().degradation().orElseThrow().attempts())
        .containsExactly(
            new Attempt(Route.HYBRID, Cause.CIRCUIT_OPEN, "circuit breaker ENCODER is open"));
  }

  @Test
  void withEveryBreakerOpenAndNoModelAloneTheRequestIsRefusedAtOnce() {
    delegate.routes = EnumSet.of(Route.HYBRID, Route.LLM_ONLY);
    breakers.values().forEach(CircuitBreaker::transitionToOpenState);
    assertThatThrownBy(this::submit)
        .isInstanceOf(GenerationFailedException.class)
        .hasMessage(
            "circuit breaker ENCODER is open, and no other route can answer; try again later");
    assertThat(delegate.submissions).isEmpty();
  }

  @Test
  void withoutFallbackTheFailureReachesTheCaller() {
    submit(GenerationRequest.of("hello"));
    fail(Component.SLM);
    assertThat(listener.failure()).hasMessage("SLM is broken");
    assertThat(delegate.submissions).hasSize(1);
  }

  @Test
  void theOrderOfTheFallbackIsTheApplications() {
    submit(GenerationRequest.of("hello"), Route.SLM_ONLY, Route.LLM_ONLY);
    fail(Component.SLM);
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
  }

  @Test
  void theLlmAskedForByItselfHasTheSmallModelAsFallback() {
    submit(GenerationRequest.of("hello").withRoute(Route.LLM_ONLY), Route.LLM_ONLY, Route.SLM_ONLY);
    fail(Component.LLM);
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
  }

  @Test
  void aSuccessIsRecordedWithTheTimeOfATokenAtEachComponent() {
    List<Duration> times = new ArrayList<>();
    breakers
        .get(Component.SLM)
        .getEventPublisher()
        .onSuccess(event -> times.add(event.getElapsedDuration()));
    breakers
        .get(Component.ENCODER)
        .getEventPublisher()
        .onSuccess(event -> times.add(event.getElapsedDuration()));
    submit();
    delegate.last().listener.onComplete(answer(Duration.ofMillis(400), Duration.ofMillis(1000)));
    assertThat(times).containsExactlyInAnyOrder(Duration.ofMillis(200), Duration.ofMillis(100));
    assertThat(recorded(Component.LLM)).isZero();
  }

  @Test
  void aLongAnswerOfFastTokensIsNotSlow() {
    submit();
    delegate.last().listener.onComplete(answer(Duration.ofMillis(10), Duration.ofMillis(400)));
    assertThat(breakers.get(Component.SLM).getMetrics().getNumberOfSlowCalls()).isZero();
    submit();
    delegate.last().listener.onComplete(answer(Duration.ofMillis(10), Duration.ofMillis(600)));
    assertThat(breakers.get(Component.SLM).getMetrics().getNumberOfSlowCalls()).isOne();
  }

  @Test
  void cachedFeaturesSayNothingAboutTheEncoder() {
    breakers.get(Component.ENCODER).transitionToOpenState();
    breakers.get(Component.ENCODER).transitionToHalfOpenState();
    submit();
    delegate.last().listener.onComplete(answer(Duration.ZERO, Duration.ofMillis(10)));
    assertThat(breakers.get(Component.ENCODER).getState())
        .isEqualTo(CircuitBreaker.State.HALF_OPEN);
    submit();
    assertThat(delegate.last().request.route()).as("its trial is free again").isEmpty();
  }

  @Test
  void aHalfOpenBreakerIsTriedByOneRequest() {
    breakers.get(Component.SLM).transitionToOpenState();
    breakers.get(Component.SLM).transitionToHalfOpenState();
    submit();
    assertThat(delegate.last().request.route()).isEmpty();
    submit();
    assertThat(delegate.last().request.route()).contains(Route.LLM_ONLY);
  }

  @ParameterizedTest
  @EnumSource(Component.class)
  void aRefusedRouteGivesItsOtherPermissionsBack(Component halfOpen) {
    breakers.get(halfOpen).transitionToOpenState();
    breakers.get(halfOpen).transitionToHalfOpenState();
    for (Component other : EnumSet.complementOf(EnumSet.of(halfOpen))) {
      breakers.get(other).transitionToForcedOpenState();
    }
    submit(GenerationRequest.of("hello").withRoute(Route.EXACT), Route.SLM_ONLY);
    assertThat(delegate.last().request.route()).contains(Route.SLM_ONLY);
    assertThat(breakers.get(halfOpen).tryAcquirePermission()).as("the one trial").isTrue();
  }

  /** Ten tokens for two of the prompt. */
  private static GenerationResult answer(Duration encode, Duration decode) {
    return new GenerationResult(
        "hallo",
        List.of(1, 2),
        List.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        Route.HYBRID,
        Optional.empty(),
        FinishReason.EOS,
        new Timings(
            Duration.ZERO,
            encode,
            Duration.ZERO,
            Duration.ZERO,
            decode,
            Duration.ZERO,
            Duration.ofSeconds(9)));
  }
}
