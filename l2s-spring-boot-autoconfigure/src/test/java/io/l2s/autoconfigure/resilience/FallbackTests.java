package io.l2s.autoconfigure.resilience;

import static io.l2s.autoconfigure.resilience.GuardedModel.HYBRID;
import static io.l2s.autoconfigure.resilience.GuardedModel.RUNNER;
import static io.l2s.autoconfigure.resilience.GuardedModel.breaker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Answers by another route while a part of the model fails. */
class FallbackTests {

  @Test
  void theFallbackIsConfigurable() {
    RUNNER
        .withBean(Projector.class, FailingProjector::new)
        .withPropertyValues("l2s.fallback=")
        .run(
            context ->
                assertThatThrownBy(() -> context.getBean(HybridLanguageModel.class).generate("a"))
                    .isInstanceOf(GenerationFailedException.class)
                    .hasMessageContaining("out of order"));
  }

  @Test
  void aFailingProjectorIsAnsweredByTheLlmAndOpensTheBreaker() {
    RUNNER
        .withBean(Projector.class, FailingProjector::new)
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-slm.minimum-number-of-calls=1")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              GenerationResult failed = model.generate("a");
              assertThat(failed.route()).isEqualTo(Route.LLM_ONLY);
              assertThat(failed.degradation().orElseThrow().message()).contains("out of order");
              GenerationResult refused = model.generate("a");
              assertThat(refused.route()).isEqualTo(Route.LLM_ONLY);
              assertThat(refused.degradation().orElseThrow().message())
                  .contains("l2s-slm", "is open");
            });
  }

  @Test
  void aFailingDecoderIsAnsweredByTheLlmAndOpensTheBreaker() {
    RUNNER
        .withUserConfiguration(OwnSlm.class)
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-slm.minimum-number-of-calls=1")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              GenerationResult failed = model.generate("a");
              assertThat(failed.route()).isEqualTo(Route.LLM_ONLY);
              assertThat(failed.degradation().orElseThrow().message()).contains("out of order");
              assertThat(breaker(context.getBean(CircuitBreakerRegistry.class)).getState())
                  .isEqualTo(CircuitBreaker.State.OPEN);
              model.generate("a");
              assertThat(context.getBean(FaultyDecoder.class).prefills).hasValue(1);
            });
  }

  private static final class FailingProjector implements Projector {

    @Override
    public int inputWidth() {
      return 96;
    }

    @Override
    public int outputWidth() {
      return 64;
    }

    @Override
    public NDArray project(NDManager scope, NDArray features) {
      throw new IllegalStateException("out of order");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnSlm {
    @Bean
    FaultyDecoder slm(ModelLoader loader) {
      Path slm = HYBRID.resolve("slm");
      FaultyDecoder decoder = new FaultyDecoder(loader.loadSlm(slm, ComponentOptions.AUTO));
      decoder.fault = FaultyDecoder.Fault.AT_PREFILL;
      return decoder;
    }
  }
}
