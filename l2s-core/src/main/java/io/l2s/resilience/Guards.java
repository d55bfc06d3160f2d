package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation.Attempt;
import io.l2s.Degradation.Cause;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Route;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The circuit breakers of a model's components. */
final class Guards {

  private final Map<Component, CircuitBreaker> breakers;

  Guards(Map<Component, CircuitBreaker> breakers) {
    this.breakers = new EnumMap<>(Component.class);
    this.breakers.putAll(breakers);
  }

  /** The components without which {@code route} cannot answer. */
  static Set<Component> needs(Route route) {
    return switch (route) {
      case HYBRID -> EnumSet.of(Component.ENCODER, Component.SLM);
      case LLM_ONLY -> EnumSet.of(Component.ENCODER, Component.LLM);
      case EXACT -> EnumSet.allOf(Component.class);
      // Its model is a third one, which is no component of the other routes.
      case SLM_ONLY -> EnumSet.noneOf(Component.class);
    };
  }

  boolean guard(Route route) {
    return needs(route).stream().anyMatch(breakers::containsKey);
  }

  /** A permission or, where a breaker refuses, the attempt that failed so. */
  Admission acquire(Route route) {
    List<Component> acquired = new ArrayList<>();
    for (Component component : needs(route)) {
      CircuitBreaker breaker = breakers.get(component);
      if (breaker == null) {
        continue;
      }
      if (!breaker.tryAcquirePermission()) {
        acquired.forEach(each -> breaker(each).releasePermission());
        return new Admission.Refused(component, refusal(route, breaker));
      }
      acquired.add(component);
    }
    return new Admission.Permitted(new Permission(this, acquired));
  }

  CircuitBreaker breaker(Component component) {
    CircuitBreaker breaker = breakers.get(component);
    if (breaker == null) {
      throw new IllegalArgumentException("no breaker guards " + component);
    }
    return breaker;
  }

  /** The state of each breaker, for the log. */
  String states() {
    return breakers.values().stream()
        .map(breaker -> breaker.getName() + " " + breaker.getState())
        .collect(Collectors.joining(", "));
  }

  private static Attempt refusal(Route route, CircuitBreaker breaker) {
    String name = "circuit breaker " + breaker.getName();
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> new Attempt(route, Cause.CIRCUIT_OPEN, name + " is open");
      default ->
          new Attempt(route, Cause.CIRCUIT_HALF_OPEN, name + " allows no further trial request");
    };
  }

  /** Whether a route may be tried. */
  sealed interface Admission {

    record Permitted(Permission permission) implements Admission {}

    /**
     * @param component the component whose breaker refuses
     */
    record Refused(Component component, Attempt attempt) implements Admission {}
  }
}
