package io.l2s.autoconfigure.observation;

import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of observations, meters and spans of generations, where the application has
 * the registries for them.
 */
@AutoConfiguration(
    before = L2sAutoConfiguration.class,
    // By name, as Spring Boot 4 has them in other packages.
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.tracing.BraveAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass(ObservationRegistry.class)
@EnableConfigurationProperties(L2sObservationProperties.class)
public class L2sObservationAutoConfiguration {

  /** Behind the circuit breakers, so that it sees what the application sees. */
  @Bean
  @Order(100)
  @ConditionalOnBean(ObservationRegistry.class)
  @ConditionalOnMissingBean(name = "l2sObservationDecorator")
  HybridLanguageModelDecorator l2sObservationDecorator(
      ObservationRegistry registry,
      L2sObservationProperties properties,
      ObjectProvider<GenerationObservationConvention> conventions) {
    GenerationObservationConvention convention =
        conventions.getIfAvailable(
            () -> new DefaultGenerationObservationConvention(properties.includePrompt()));
    return new ObservationDecorator(registry, convention);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  @ConditionalOnBean(MeterRegistry.class)
  static class Meters {

    @Bean
    GenerationMeterHandler l2sGenerationMeterHandler(MeterRegistry registry) {
      return new GenerationMeterHandler(registry);
    }

    @Bean
    ResidentMemory l2sResidentMemory() {
      return ResidentMemory.ofThisProcess();
    }

    @Bean
    @Order(90)
    HybridLanguageModelDecorator l2sMeterDecorator(MeterRegistry registry) {
      return new MeterDecorator(registry);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Tracer.class)
  @ConditionalOnBean(Tracer.class)
  static class Spans {

    @Bean
    StageSpanHandler l2sStageSpanHandler(Tracer tracer) {
      return new StageSpanHandler(tracer);
    }
  }
}
