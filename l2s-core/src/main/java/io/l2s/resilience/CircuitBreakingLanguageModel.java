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
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a circuit breaker around projection and SLM, with the LLM's own decoder as fallback.
 *
 * <p>It concerns requests that {@code HYBRID} or {@code EXACT} would answer; those that ask for
 * another route pass through. While the breaker is open, and where the SLM fails before the first
 * chunk, {@code LLM_ONLY} answers and the result's {@link Degradation} says why. After the first
 * chunk a failure stays a failure, so no text comes twice. Without the route {@code LLM_ONLY}
 * failures pass on.
 *
 * <p>The breaker counts failures of the SLM and successes, the latter with the time that prefill
 * and decoding took, so that neither waiting nor the LLM's reading makes a call slow. It counts
 * neither refused requests nor cancelled, late or closed ones, nor failures of the LLM.
 * Thread-safe.
 */
public final class CircuitBreakingLanguageModel implements HybridLanguageModel {

  private static final Set<Route> NEED_SLM = EnumSet.of(Route.HYBRID, Route.EXACT);

  private final HybridLanguageModel delegate;
  private final CircuitBreaker breaker;
  private final Optional<Duration> defaultTimeout;

  /**
   * @param defaults the delegate's, whose timeout then covers an answer and its fallback together
   */
  public CircuitBreakingLanguageModel(
      HybridLanguageModel delegate, CircuitBreaker breaker, GenerationDefaults defaults) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
    this.breaker = Objects.requireNonNull(breaker, "breaker");
    this.defaultTimeout = defaults.timeout();
  }

  /** For a delegate without a default timeout; one that it had would start anew for a fallback. */
  public CircuitBreakingLanguageModel(HybridLanguageModel delegate, CircuitBreaker breaker) {
    this(delegate, breaker, GenerationDefaults.STANDARD);
  }

  @Override
  public Set<Route> routes() {
    return delegate.routes();
  }

  @Override
  public FeatureCacheStatistics featureCacheStatistics() {
    return delegate.featureCacheStatistics();
  }

  /**
   * {@inheritDoc}
   *
   * @throws GenerationFailedException if the breaker is open and {@code LLM_ONLY} is not there
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
