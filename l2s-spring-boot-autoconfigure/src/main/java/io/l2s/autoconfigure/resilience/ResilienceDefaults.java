package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.l2s.autoconfigure.ModelNames;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Puts l2s's settings of its circuit breakers below all other property sources, so that each
 * property of the application overrides itself alone.
 *
 * <p>The settings are the shared configuration {@value #CONFIG}, which is the base of every circuit
 * breaker of l2s.
 */
final class ResilienceDefaults implements BeanFactoryPostProcessor, Ordered {

  /** The shared configuration of l2s's circuit breakers. */
  static final String CONFIG = "l2s";

  static final String SOURCE = "l2s resilience defaults";

  private static final String BREAKERS = "resilience4j.circuitbreaker.";
  private static final String INSTANCES = BREAKERS + "instances.";

  private static final int SLIDING_WINDOW = 20;
  private static final int MINIMUM_OF_CALLS = 5;
  private static final int FAILURE_RATE = 50;
  private static final int SECONDS_OPEN = 30;
  private static final int HALF_OPEN_CALLS = 1;

  private static final Map<String, Object> SHARED =
      Map.of(
          "sliding-window-size", SLIDING_WINDOW,
          "minimum-number-of-calls", MINIMUM_OF_CALLS,
          "failure-rate-threshold", FAILURE_RATE,
          "wait-duration-in-open-state", SECONDS_OPEN + "s",
          "permitted-number-of-calls-in-half-open-state", HALF_OPEN_CALLS);

  private final ConfigurableEnvironment environment;

  ResilienceDefaults(ConfigurableEnvironment environment) {
    this.environment = environment;
  }

  /** The same settings, for a registry that is not made from the environment. */
  static CircuitBreakerConfig circuitBreaker() {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(SLIDING_WINDOW)
        .minimumNumberOfCalls(MINIMUM_OF_CALLS)
        .failureRateThreshold(FAILURE_RATE)
        .waitDurationInOpenState(Duration.ofSeconds(SECONDS_OPEN))
        .permittedNumberOfCallsInHalfOpenState(HALF_OPEN_CALLS)
        .build();
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    Map<String, Object> properties = new LinkedHashMap<>();
    SHARED.forEach(
        (name, value) -> properties.put(BREAKERS + "configs." + CONFIG + "." + name, value));
    for (String instance : instances()) {
      properties.put(INSTANCES + instance + ".base-config", CONFIG);
    }
    environment.getPropertySources().addLast(new MapPropertySource(SOURCE, properties));
  }

  /** Those of the configured models, and those that the application configures for its own. */
  private Set<String> instances() {
    Set<String> names = new LinkedHashSet<>();
    for (String model : ModelNames.configured(environment)) {
      names.addAll(ModelNames.breakers(model));
    }
    Binder.get(environment)
        .bind(BREAKERS + "instances", Bindable.mapOf(String.class, Object.class))
        .ifBound(
            configured ->
                configured.keySet().stream()
                    .filter(name -> name.startsWith("l2s-"))
                    .forEach(names::add));
    return names;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
