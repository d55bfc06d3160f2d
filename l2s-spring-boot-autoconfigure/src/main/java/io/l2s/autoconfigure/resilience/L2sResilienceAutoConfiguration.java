package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.ServingOptions;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the circuit breaker {@value #BREAKER} around projection and SLM, with the
 * LLM's own decoder as fallback.
 *
 * <p>The application configures the breaker under {@code
 * resilience4j.circuitbreaker.instances.l2s-slm}. Values that it leaves out there are
 * Resilience4j's defaults. Without that configuration the breaker opens for 30 s when half of the
 * last 20 answers, at least 5, failed.
 */
@AutoConfiguration(
    before = L2sAutoConfiguration.class,
    // One for Boot 3, one for Boot 4.
    afterName = {
      "io.github.resilience4j.springboot3.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
      "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass(CircuitBreakerRegistry.class)
@ConditionalOnBean(CircuitBreakerRegistry.class)
public class L2sResilienceAutoConfiguration {

  static final String BREAKER = "l2s-slm";

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

  @Bean
  @Order(0)
  @ConditionalOnMissingBean(name = "l2sCircuitBreakerDecorator")
  HybridLanguageModelDecorator l2sCircuitBreakerDecorator(
      CircuitBreakerRegistry registry, ObjectProvider<ServingOptions> options) {
    CircuitBreaker breaker =
        registry.find(BREAKER).orElseGet(() -> registry.circuitBreaker(BREAKER, DEFAULT));
    return model ->
        new CircuitBreakingLanguageModel(
            model, breaker, options.getIfAvailable(() -> ServingOptions.STANDARD).defaults());
  }
}
