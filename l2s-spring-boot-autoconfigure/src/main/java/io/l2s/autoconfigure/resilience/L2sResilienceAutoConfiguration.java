package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Auto-configuration of a model's guards from Resilience4j's registries.
 *
 * <p>A circuit breaker guards each component of a model: {@code l2s-encoder}, {@code l2s-slm} and
 * {@code l2s-llm}, or {@code l2s-<name>-slm} and so on for a named model. Their shared
 * configuration is {@code resilience4j.circuitbreaker.configs.l2s}. A bulkhead and a time limiter
 * named {@code l2s} or {@code l2s-<name>} guard the model as a whole where the application
 * configures them.
 */
@AutoConfiguration(
    before = L2sAutoConfiguration.class,
    // Those of Boot 3, then those of Boot 4.
    afterName = {
      "io.github.resilience4j.springboot3.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
      "io.github.resilience4j.springboot3.bulkhead.autoconfigure.BulkheadAutoConfiguration",
      "io.github.resilience4j.springboot3.timelimiter.autoconfigure.TimeLimiterAutoConfiguration",
      "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
      "io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadAutoConfiguration",
      "io.github.resilience4j.springboot.timelimiter.autoconfigure.TimeLimiterAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass(CircuitBreakerRegistry.class)
public class L2sResilienceAutoConfiguration {

  @Bean
  static ResilienceDefaults l2sResilienceDefaults(ConfigurableEnvironment environment) {
    return new ResilienceDefaults(environment);
  }

  @Bean
  @Order(0)
  @ConditionalOnBean(CircuitBreakerRegistry.class)
  @ConditionalOnMissingBean(name = "l2sCircuitBreakerDecorator")
  HybridLanguageModelDecorator l2sCircuitBreakerDecorator(CircuitBreakerRegistry registry) {
    return new CircuitBreakerDecorator(registry);
  }

  @Bean
  @ConditionalOnMissingBean(
      value = CircuitBreakerRegistry.class,
      name = "l2sCircuitBreakerDecorator")
  HybridLanguageModelDecorator l2sUnguardedModels() {
    return new UnguardedModels();
  }

  // Classes of their own: the core brings the breaker's classes, but not those of the other guards.

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(TimeLimiterRegistry.class)
  static class TimeLimiterConfiguration {

    @Bean
    @Order(1)
    @ConditionalOnBean(TimeLimiterRegistry.class)
    @ConditionalOnMissingBean(name = "l2sTimeLimiterDecorator")
    HybridLanguageModelDecorator l2sTimeLimiterDecorator(TimeLimiterRegistry registry) {
      return new TimeLimiterDecorator(registry);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(BulkheadRegistry.class)
  static class BulkheadConfiguration {

    @Bean
    @Order(2)
    @ConditionalOnBean(BulkheadRegistry.class)
    @ConditionalOnMissingBean(name = "l2sBulkheadDecorator")
    HybridLanguageModelDecorator l2sBulkheadDecorator(BulkheadRegistry registry) {
      return new BulkheadDecorator(registry);
    }
  }
}
