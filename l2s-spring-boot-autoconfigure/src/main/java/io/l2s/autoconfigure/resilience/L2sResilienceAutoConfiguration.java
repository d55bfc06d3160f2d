package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.springboot3.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of a circuit breaker around projection and SLM of each model, with the LLM's
 * own decoder as fallback.
 *
 * <p>The application configures the breaker under {@code
 * resilience4j.circuitbreaker.instances.l2s-slm}, or {@code …instances.l2s-<name>-slm} for a named
 * model. Values that it leaves out there are Resilience4j's defaults. Without that configuration
 * the breaker opens for 30 s when half of the last 20 answers, at least 5, failed.
 */
@AutoConfiguration(
    before = L2sAutoConfiguration.class,
    after = CircuitBreakerAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass({CircuitBreakerRegistry.class, CircuitBreakerAutoConfiguration.class})
@ConditionalOnBean(CircuitBreakerRegistry.class)
public class L2sResilienceAutoConfiguration {

  @Bean
  @Order(0)
  @ConditionalOnMissingBean(name = "l2sCircuitBreakerDecorator")
  HybridLanguageModelDecorator l2sCircuitBreakerDecorator(CircuitBreakerRegistry registry) {
    return new CircuitBreakerDecorator(registry);
  }
}
