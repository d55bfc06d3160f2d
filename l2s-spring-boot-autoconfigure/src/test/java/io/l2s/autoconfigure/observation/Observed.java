package io.l2s.autoconfigure.observation;

import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Applications with a small model, with and without registries. */
final class Observed {

  private static final Path FIXTURES = Path.of("../l2s-core/src/test/resources/fixtures");

  static final Path BUNDLE = FIXTURES.resolve("hybrid-a-t5-t5-add");

  static final ApplicationContextRunner WITHOUT_REGISTRIES =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  L2sAutoConfiguration.class, L2sObservationAutoConfiguration.class))
          .withPropertyValues(
              "l2s.bundle=" + BUNDLE,
              "l2s.llm.device=cpu",
              "l2s.slm.device=cpu",
              "l2s.projector.device=cpu",
              "l2s.generation.max-new-tokens=8",
              "l2s.warm-up=false");

  static final ApplicationContextRunner RUNNER =
      WITHOUT_REGISTRIES
          .withConfiguration(
              AutoConfigurations.of(
                  moved("metrics", "MetricsAutoConfiguration"),
                  moved("metrics", "CompositeMeterRegistryAutoConfiguration"),
                  moved("observation", "ObservationAutoConfiguration")))
          .withBean(SimpleMeterRegistry.class)
          .withBean(SimpleTracer.class)
          .withUserConfiguration(Tracing.class);

  private Observed() {}

  /** Finds an auto-configuration where Spring Boot 3 or Spring Boot 4 has it. */
  private static Class<?> moved(String topic, String name) {
    ClassLoader loader = Observed.class.getClassLoader();
    String boot3 = "org.springframework.boot.actuate.autoconfigure." + topic + "." + name;
    String boot4 = "org.springframework.boot.micrometer." + topic + ".autoconfigure." + name;
    return ClassUtils.resolveClassName(ClassUtils.isPresent(boot3, loader) ? boot3 : boot4, loader);
  }

  @Configuration(proxyBeanMethods = false)
  static class Tracing {
    @Bean
    DefaultTracingObservationHandler tracing(SimpleTracer tracer) {
      return new DefaultTracingObservationHandler(tracer);
    }
  }
}
