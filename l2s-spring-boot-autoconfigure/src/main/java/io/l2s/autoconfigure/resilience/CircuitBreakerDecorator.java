package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.time.Duration;

/** Guards each model by a breaker of its own from the application's registry. */
record CircuitBreakerDecorator(CircuitBreakerRegistry registry)
    implements HybridLanguageModelDecorator {

  private static final CircuitBreakerConfig DEFAULT =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(20)
          .minimumNumberOfCalls(5)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(30))
          .permittedNumberOfCallsInHalfOpenState(2)
          // A long answer does not count as slow.
          .slowCallDurationThreshold(Duration.ofDays(1))
          .build();

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model) {
    throw new UnsupportedOperationException("a model without a name has no breaker");
  }

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    String name = description.resilienceName("slm");
    CircuitBreaker breaker =
        registry.find(name).orElseGet(() -> registry.circuitBreaker(name, DEFAULT));
    return new CircuitBreakingLanguageModel(model, breaker, description.options().defaults());
  }
}
