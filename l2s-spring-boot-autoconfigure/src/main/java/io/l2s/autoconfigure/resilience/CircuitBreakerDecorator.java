package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.GenerationFailedException.Component;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.autoconfigure.ModelNames;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Guards each component of each model by a breaker of its own from the application's registry. */
final class CircuitBreakerDecorator implements HybridLanguageModelDecorator {

  private final CircuitBreakerRegistry registry;

  CircuitBreakerDecorator(CircuitBreakerRegistry registry) {
    this.registry = registry;
  }

  /** Names of the breakers that this has made; all others are the application's. */
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    return new CircuitBreakingLanguageModel(
        model,
        Arrays.stream(Component.values())
            .collect(
                Collectors.toMap(
                    component -> component,
                    component -> breaker(ModelNames.breaker(description.name(), component)))),
        description.fallback(),
        description.options().defaults());
  }

  /**
   * A breaker that is not configured has the shared configuration. A registry of the application
   * may lack that.
   */
  private CircuitBreaker breaker(String name) {
    return registry.find(name).orElseGet(() -> make(name));
  }

  private CircuitBreaker make(String name) {
    made.add(name);
    return registry.circuitBreaker(name, shared());
  }

  /**
   * Removes the breakers that it made. Those that the application configures stay, since a later
   * model of the name has no others; they begin anew.
   */
  @Override
  public void onClose(ModelDescription description) {
    for (String name : ModelNames.breakers(description.name())) {
      if (made.remove(name)) {
        registry.remove(name);
      } else {
        registry.find(name).ifPresent(CircuitBreaker::reset);
      }
    }
  }

  private CircuitBreakerConfig shared() {
    return registry
        .getConfiguration(ResilienceDefaults.CONFIG)
        .orElseGet(ResilienceDefaults::circuitBreaker);
  }
}
