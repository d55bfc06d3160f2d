package io.l2s.autoconfigure.resilience;

import org.springframework.util.ClassUtils;

/** Names the auto-configurations of Resilience4j for the Spring Boot that runs the tests. */
public final class Resilience4j {

  private static final String BOOT_3 = "io.github.resilience4j.springboot3.";
  private static final String BOOT_4 = "io.github.resilience4j.springboot.";

  /** Makes the registry of circuit breakers. */
  public static final Class<?> CIRCUIT_BREAKERS =
      find("circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration");

  static final Class<?> BULKHEADS = find("bulkhead.autoconfigure.BulkheadAutoConfiguration");

  static final Class<?> TIME_LIMITERS =
      find("timelimiter.autoconfigure.TimeLimiterAutoConfiguration");

  private Resilience4j() {}

  private static Class<?> find(String name) {
    ClassLoader loader = Resilience4j.class.getClassLoader();
    String line = ClassUtils.isPresent(BOOT_3 + name, loader) ? BOOT_3 : BOOT_4;
    return ClassUtils.resolveClassName(line + name, loader);
  }
}
