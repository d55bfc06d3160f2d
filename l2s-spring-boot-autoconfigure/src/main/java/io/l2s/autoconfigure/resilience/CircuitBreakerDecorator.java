package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.GenerationFailedException.Component;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.Map;

/** Guards each component of each model by a breaker of its own from the application's registry. */
final class CircuitBreakerDecorator implements HybridLanguageModelDecorator {

  private final CircuitBreakerRegistry registry;

  CircuitBreakerDecorator(CircuitBreakerRegistry registry) {
    this.registry = registry;
  }

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    return new CircuitBreakingLanguageModel(
        model,
        Map.of(
            Component.ENCODER, breaker(description, "encoder"),
            Component.SLM, breaker(description, "slm"),
            Component.LLM_DECODER, breaker(description, "llm")),
        description.fallback(),
        description.options().defaults());
  }

  /**
   * A breaker that is not configured has the shared configuration. A registry of the application
   * may lack that.
   */
  private CircuitBreaker breaker(ModelDescription description, String component) {
    String name = description.resilienceName(component);
    return registry.find(name).orElseGet(() -> registry.circuitBreaker(name, shared()));
  }

  private CircuitBreakerConfig shared() {
    return registry
        .getConfiguration(ResilienceDefaults.CONFIG)
        .orElseGet(ResilienceDefaults::circuitBreaker);
  }
}
