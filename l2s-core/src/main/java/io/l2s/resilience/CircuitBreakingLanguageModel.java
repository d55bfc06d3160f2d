package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.NoRouteAvailableException;
import io.l2s.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts circuit breakers around the components of a model, and lets other routes answer in place of
 * one that fails.
 *
 * <p>A route is tried where the breakers of all its components permit it. Where they do not, or
 * where the route fails before the first chunk, the next route of the fallback is tried that does
 * without the failed component; the result's {@link Degradation} says why. A failure after the
 * first chunk reaches the caller, so no text comes twice. So does a failure with no route left.
 *
 * <p>The breakers count failures of their component, and successes with the time of a token:
 * neither waiting nor a long answer makes a call slow. They do not count requests that were
 * refused, cancelled, late or closed, nor prompts whose features were cached. Degraded answers are
 * logged as warnings, each cause at most once in ten seconds. Thread-safe.
 */
public final class CircuitBreakingLanguageModel extends DelegatingHybridLanguageModel {

  private static final Logger LOG = LoggerFactory.getLogger(CircuitBreakingLanguageModel.class);

  private final Guards guards;
  private final List<Route> fallback;
  private final Optional<Duration> defaultTimeout;
  private final LongSupplier nanoTime;
  private final FallbackLog log;

  /**
   * @param breakers the breaker of each component; a component without one is not guarded
   * @param fallback the routes that may answer in place of the requested one, in their order;
   *     routes that the delegate does not have are passed over
   * @param defaults the delegate's defaults; their timeout covers an answer and its fallback
   *     together
   */
  public CircuitBreakingLanguageModel(
      HybridLanguageModel delegate,
      Map<Component, CircuitBreaker> breakers,
      List<Route> fallback,
      GenerationDefaults defaults) {
    super(delegate);
    this.guards = new Guards(breakers);
    this.fallback = List.copyOf(fallback);
    this.defaultTimeout = defaults.timeout();
    this.nanoTime =
        breakers.values().stream()
            .findFirst()
            .map(CircuitBreakingLanguageModel::clock)
            .orElse(System::nanoTime);
    this.log = new FallbackLog(nanoTime, LOG::warn);
  }

  /**
   * One breaker around projection and SLM, with {@code LLM_ONLY} as fallback.
   *
   * @param defaults the delegate's defaults; their timeout covers an answer and its fallback
   *     together
   */
  public CircuitBreakingLanguageModel(
      HybridLanguageModel delegate, CircuitBreaker breaker, GenerationDefaults defaults) {
    this(
        delegate,
        Map.of(Component.SLM, Objects.requireNonNull(breaker, "breaker")),
        List.of(Route.LLM_ONLY),
        defaults);
  }

  /**
   * The same for a delegate without a default timeout. A default timeout of the delegate would
   * start again for a fallback.
   */
  public CircuitBreakingLanguageModel(HybridLanguageModel delegate, CircuitBreaker breaker) {
    this(delegate, breaker, GenerationDefaults.STANDARD);
  }

  private static LongSupplier clock(CircuitBreaker breaker) {
    return () -> breaker.getTimestampUnit().toNanos(breaker.getCurrentTimestamp());
  }

  /**
   * {@inheritDoc}
   *
   * @throws NoRouteAvailableException if the breakers permit no route
   */
  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Set<Route> offered = routes();
    Route route = request.route().or(() -> Route.preferred(offered)).orElse(Route.HYBRID);
    List<Route> instead =
        fallback.stream().filter(each -> each != route && offered.contains(each)).toList();
    // A model without the route refuses the request.
    if (!offered.contains(route) || !needsHelp(route, instead)) {
      return super.submit(request, listener);
    }
    Objects.requireNonNull(listener, "listener");
    List<Route> routes = new ArrayList<>();
    routes.add(route);
    routes.addAll(instead);
    GuardedGeneration generation =
        new GuardedGeneration(
            delegate(), guards, routes, withTimeout(request), listener, log, nanoTime);
    generation.start();
    return generation;
  }

  /** Whether a breaker guards the route, or another route could answer where it fails. */
  private boolean needsHelp(Route route, List<Route> instead) {
    Set<Component> needed = Guards.needs(route);
    return guards.guard(route)
        || instead.stream().anyMatch(each -> !Guards.needs(each).containsAll(needed));
  }

  private GenerationRequest withTimeout(GenerationRequest request) {
    return request.timeout().isPresent()
        ? request
        : defaultTimeout.map(request::withTimeout).orElse(request);
  }
}
