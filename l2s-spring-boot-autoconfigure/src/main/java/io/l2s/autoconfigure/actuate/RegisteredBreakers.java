package io.l2s.autoconfigure.actuate;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.autoconfigure.ModelNames;
import java.util.Map;
import java.util.TreeMap;

/** Finds breakers in Resilience4j's registry by the names that l2s gives them. */
record RegisteredBreakers(CircuitBreakerRegistry registry) implements BreakerStates {

  @Override
  public Map<String, String> of(ModelDescription model) {
    Map<String, String> states = new TreeMap<>();
    for (String name : ModelNames.breakers(model.name())) {
      registry
          .find(name)
          .ifPresent(breaker -> states.put(breaker.getName(), breaker.getState().name()));
    }
    return states;
  }
}
