package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.ServingStatistics;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a circuit breaker around projection and SLM, with the LLM's own decoder as fallback.
 *
 * <p>The breaker guards requests that {@code HYBRID} or {@code EXACT} would answer; other requests
 * pass through. {@code LLM_ONLY} answers while the breaker is open and where the SLM fails before
 * the first chunk; the result's {@link Degradation} says why. A failure after the first chunk
 * reaches the caller, so no text comes twice. Without the route {@code LLM_ONLY} every failure
 * reaches the caller.
 *
 * <p>The breaker counts failures of the SLM, and successes with the time of prefill and decoding:
 * waiting and the LLM's reading do not make a call slow. It does not count requests that were
 * refused, cancelled, late or closed, nor failures of the LLM. Thread-safe.
 */
public final class CircuitBreakingLanguageModel implements HybridLanguageModel {

  private static final Set<Route> NEED_SLM = EnumSet.of(Route.HYBRID, Route.EXACT);

  private final HybridLanguageModel delegate;
  private final CircuitBreaker breaker;
  private final Optional<Duration> defaultTimeout;

  /**
   * @param defaults the delegate's defaults; their timeout covers an answer and its fallback
   *     together
   */
  public CircuitBreakingLanguageModel(
      HybridLanguageModel delegate, CircuitBreaker breaker, GenerationDefaults defaults) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
    this.breaker = Objects.requireNonNull(breaker, "breaker");
    this.defaultTimeout = defaults.timeout();
  }

  /**
   * For a delegate without a default timeout. A default timeout of the delegate would start again
   * for a fallback.
   */
  public CircuitBreakingLanguageModel(HybridLanguageModel delegate, CircuitBreaker breaker) {
    this(delegate, breaker, GenerationDefaults.STANDARD);
  }

  @Override
  public Set<Route> routes() {
    return delegate.routes();
  }

  @Override
  public boolean hasChatTemplate() {
    return delegate.hasChatTemplate();
  }

  @Override
  public FeatureCacheStatistics featureCacheStatistics() {
    return delegate.featureCacheStatistics();
  }

  @Override
  public ServingStatistics servingStatistics() {
    return delegate.servingStatistics();
  }

  /**
   * {@inheritDoc}
   *
   * @throws GenerationFailedException if the breaker is open and there is no route {@code LLM_ONLY}
   */
  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Set<Route> routes = delegate.routes();
    Route route = request.route().orElse(Route.HYBRID);
    if (!NEED_SLM.contains(route) || !routes.contains(route)) {
      return delegate.submit(request, listener);
    }
    Objects.requireNonNull(listener, "listener");
    boolean hasFallback = routes.contains(Route.LLM_ONLY);
    GenerationRequest limited = withTimeout(request);
    if (!breaker.tryAcquirePermission()) {
      return submitRefused(limited, listener, hasFallback);
    }
    GuardedGeneration generation =
        new GuardedGeneration(delegate, breaker, limited, listener, hasFallback);
    generation.start();
    return generation;
  }

  private GenerationHandle submitRefused(
      GenerationRequest request, GenerationListener listener, boolean hasFallback) {
    Degradation degradation = refused(request.route().orElse(Route.HYBRID));
    if (!hasFallback) {
      throw new GenerationFailedException(
          Component.SLM,
          degradation.message()
              + ", and the LLM has no decoder of its own to answer instead; try again later",
          null);
    }
    return delegate.submit(
        request.withRoute(Route.LLM_ONLY),
        new DegradedListener(listener, degradation, null, Duration.ZERO));
  }

  private Degradation refused(Route requested) {
    String name = "circuit breaker " + breaker.getName();
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN ->
          new Degradation(requested, Degradation.Cause.CIRCUIT_OPEN, name + " is open");
      default ->
          new Degradation(
              requested,
              Degradation.Cause.CIRCUIT_HALF_OPEN,
              name + " allows no further trial request");
    };
  }

  private GenerationRequest withTimeout(GenerationRequest request) {
    return request.timeout().isPresent()
        ? request
        : defaultTimeout.map(request::withTimeout).orElse(request);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
