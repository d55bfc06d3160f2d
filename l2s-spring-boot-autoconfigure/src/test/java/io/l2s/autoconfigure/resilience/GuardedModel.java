package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A small pair of models with circuit breakers around it. */
final class GuardedModel {

  static final Path FIXTURES = Path.of("../l2s-core/src/test/resources/fixtures");
  static final Path HYBRID = FIXTURES.resolve("hybrid-a-t5-t5-add");

  static final ApplicationContextRunner RUNNER =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  L2sAutoConfiguration.class,
                  L2sResilienceAutoConfiguration.class,
                  Resilience4j.CIRCUIT_BREAKERS))
          .withPropertyValues(
              "l2s.llm.location=" + FIXTURES.resolve("t5-llm"),
              "l2s.slm.location=" + HYBRID.resolve("slm"),
              "l2s.projector.location=" + HYBRID.resolve("projector.safetensors"),
              "l2s.generation.max-new-tokens=8",
              "l2s.warm-up=false");

  private GuardedModel() {}

  static CircuitBreaker breaker(CircuitBreakerRegistry registry) {
    return registry.find("l2s-slm").orElseThrow();
  }
}
