package io.l2s.autoconfigure.resilience;

import io.l2s.autoconfigure.ModelNames;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
  private static final List<String> COMPONENTS = List.of("encoder", "slm", "llm");

  private static final Map<String, Object> SHARED =
      Map.of(
          "sliding-window-size", 20,
          "minimum-number-of-calls", 5,
          "failure-rate-threshold", 50,
          "wait-duration-in-open-state", "30s",
          "permitted-number-of-calls-in-half-open-state", 1);

  private final ConfigurableEnvironment environment;

  ResilienceDefaults(ConfigurableEnvironment environment) {
    this.environment = environment;
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
      COMPONENTS.forEach(component -> names.add(ModelNames.resilienceName(model, component)));
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
