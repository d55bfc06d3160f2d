package io.l2s.autoconfigure.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.HybridLanguageModelFactory;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.model.DecoderState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/** The circuit breaker around the SLM. */
@ExtendWith(OutputCaptureExtension.class)
class L2sResilienceAutoConfigurationTests {

  private static final Path FIXTURES = Path.of("../l2s-core/src/test/resources/fixtures");
  private static final Path HYBRID = FIXTURES.resolve("hybrid-a-t5-t5-add");

  private static final ApplicationContextRunner RUNNER =
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

  @Test
  void theModelIsGuardedByABreakerWithDefaults() {
    RUNNER.run(
        context -> {
          assertThat(context.getBean(HybridLanguageModel.class))
              .isInstanceOf(CircuitBreakingLanguageModel.class);
          CircuitBreaker breaker = breaker(context.getBean(CircuitBreakerRegistry.class));
          assertThat(breaker.getCircuitBreakerConfig().getMinimumNumberOfCalls()).isEqualTo(5);
          assertThat(context.getBean(HybridLanguageModel.class).generate("a").route())
              .isEqualTo(Route.HYBRID);
          assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isOne();
        });
  }

  @Test
  void theApplicationConfiguresTheBreaker() {
    RUNNER
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-slm.minimum-number-of-calls=3")
        .run(
            context ->
                assertThat(
                        breaker(context.getBean(CircuitBreakerRegistry.class))
                            .getCircuitBreakerConfig()
                            .getMinimumNumberOfCalls())
                    .isEqualTo(3));
  }

  @Test
  void eachPropertyOfTheApplicationOverridesItselfAlone() {
    RUNNER
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-slm.minimum-number-of-calls=3",
            "resilience4j.circuitbreaker.configs.l2s.failure-rate-threshold=80")
        .run(
            context -> {
              CircuitBreakerConfig slm =
                  breaker(context.getBean(CircuitBreakerRegistry.class)).getCircuitBreakerConfig();
              assertThat(slm.getMinimumNumberOfCalls()).isEqualTo(3);
              assertThat(slm.getFailureRateThreshold()).isEqualTo(80);
              assertThat(slm.getSlidingWindowSize()).isEqualTo(20);
              assertThat(slm.getPermittedNumberOfCallsInHalfOpenState()).isOne();
            });
  }

  @Test
  void theDefaultsStandInTheEnvironmentBelowAllOthers() {
    RUNNER.run(
        context -> {
          MutablePropertySources sources = context.getEnvironment().getPropertySources();
          PropertySource<?> last = sources.stream().reduce((first, second) -> second).orElseThrow();
          assertThat(last.getName()).isEqualTo("l2s resilience defaults");
          assertThat(
                  last.getProperty("resilience4j.circuitbreaker.configs.l2s.sliding-window-size"))
              .isEqualTo(20);
        });
  }

  @Test
  void eachComponentOfEachModelHasItsOwnBreaker() {
    RUNNER
        .withPropertyValues(
            "l2s.models.fr.llm.location=" + FIXTURES.resolve("t5-llm"),
            "l2s.models.fr.warm-up=false",
            "resilience4j.circuitbreaker.instances.l2s-fr-llm.sliding-window-size=7")
        .run(
            context -> {
              CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
              assertThat(registry.getAllCircuitBreakers())
                  .extracting(CircuitBreaker::getName)
                  .contains("l2s-encoder", "l2s-slm", "l2s-llm", "l2s-fr-encoder", "l2s-fr-llm");
              CircuitBreakerConfig llm =
                  registry.find("l2s-fr-llm").orElseThrow().getCircuitBreakerConfig();
              assertThat(llm.getSlidingWindowSize()).isEqualTo(7);
              assertThat(llm.getMinimumNumberOfCalls()).isEqualTo(5);
            });
  }

  @Test
  void aModelOfTheFactoryIsGuardedByTheSharedConfiguration() {
    RUNNER
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-own-slm.sliding-window-size=7")
        .run(
            context -> {
              context
                  .getBean(HybridLanguageModelFactory.class)
                  .create("own", BundleReader.open(HYBRID), ServingOptions.STANDARD);
              CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
              CircuitBreakerConfig slm =
                  registry.find("l2s-own-slm").orElseThrow().getCircuitBreakerConfig();
              assertThat(slm.getSlidingWindowSize()).isEqualTo(7);
              assertThat(slm.getMinimumNumberOfCalls()).isEqualTo(5);
              assertThat(
                      registry
                          .find("l2s-own-encoder")
                          .orElseThrow()
                          .getCircuitBreakerConfig()
                          .getSlidingWindowSize())
                  .isEqualTo(20);
            });
  }

  @Test
  void theBreakersOfAClosedModelOfTheFactoryGoAndConfiguredOnesBeginAnew() {
    RUNNER
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-own-slm.sliding-window-size=7")
        .run(
            context -> {
              CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
              HybridLanguageModelFactory factory =
                  context.getBean(HybridLanguageModelFactory.class);
              HybridLanguageModel model =
                  factory.create("own", BundleReader.open(HYBRID), ServingOptions.STANDARD);
              assertThat(registry.find("l2s-own-encoder")).isPresent();
              registry.circuitBreaker("l2s-own-slm").transitionToOpenState();

              model.close();

              assertThat(registry.find("l2s-own-encoder")).isEmpty();
              assertThat(registry.find("l2s-own-llm")).isEmpty();
              assertThat(registry.find("l2s-own-slm"))
                  .hasValueSatisfying(
                      slm -> {
                        assertThat(slm.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
                        assertThat(slm.getCircuitBreakerConfig().getSlidingWindowSize())
                            .isEqualTo(7);
                      });
              assertThat(breaker(registry)).as("that of the model of l2s.*").isNotNull();
            });
  }

  @Test
  void aRegistryOfTheApplicationNeedsNoConfigurationOfL2s() {
    RUNNER
        .withBean(CircuitBreakerRegistry.class, CircuitBreakerRegistry::ofDefaults)
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(CircuitBreakerRegistry.class);
              CircuitBreakerConfig slm =
                  breaker(context.getBean(CircuitBreakerRegistry.class)).getCircuitBreakerConfig();
              assertThat(slm.getSlidingWindowSize()).isEqualTo(20);
              assertThat(slm.getMinimumNumberOfCalls()).isEqualTo(5);
              assertThat(slm.getFailureRateThreshold()).isEqualTo(50);
              assertThat(slm.getWaitIntervalFunctionInOpenState().apply(1)).isEqualTo(30_000);
              assertThat(slm.getPermittedNumberOfCallsInHalfOpenState()).isOne();
            });
  }

  @Test
  void aRegistryOfTheApplicationWithAConfigurationForL2sIsFollowed() {
    CircuitBreakerConfig own =
        CircuitBreakerConfig.custom().slidingWindowSize(7).minimumNumberOfCalls(3).build();
    RUNNER
        .withBean(CircuitBreakerRegistry.class, () -> CircuitBreakerRegistry.of(Map.of("l2s", own)))
        .run(
            context ->
                assertThat(
                        breaker(context.getBean(CircuitBreakerRegistry.class))
                            .getCircuitBreakerConfig()
                            .getSlidingWindowSize())
                    .isEqualTo(7));
  }

  @Test
  void aModelThatNoBreakerGuardsIsReportedWithTheRemedy(CapturedOutput output) {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(L2sAutoConfiguration.class, L2sResilienceAutoConfiguration.class))
        .withPropertyValues(
            "l2s.bundle=" + HYBRID,
            "l2s.warm-up=false",
            "l2s.models.second.bundle=" + HYBRID,
            "l2s.models.second.warm-up=false")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(output.getOut().lines().filter(line -> line.contains("No circuit breaker guards")))
        .singleElement()
        .asString()
        .contains(" WARN ", "resilience4j-spring-boot3 ", "resilience4j-spring-boot4 ");
  }

  @Test
  void aGuardedModelAndOneWithoutSlmAreNotReported(CapturedOutput output) {
    RUNNER.run(context -> assertThat(context).hasNotFailed());
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(L2sAutoConfiguration.class, L2sResilienceAutoConfiguration.class))
        .withPropertyValues("l2s.llm.location=" + FIXTURES.resolve("t5-llm"), "l2s.warm-up=false")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(output.getOut()).doesNotContain("No circuit breaker guards");
  }

  @Test
  void aBulkheadOfTheApplicationBoundsTheModel() {
    CountDownLatch release = new CountDownLatch(1);
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.BULKHEADS))
        .withPropertyValues("resilience4j.bulkhead.instances.l2s.max-concurrent-calls=1")
        .withBean(Projector.class, () -> new WaitingProjector(release))
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              CompletableFuture<GenerationResult> first = model.generateAsync("a");
              assertThatThrownBy(() -> model.generate("a"))
                  .isInstanceOf(QueueFullException.class)
                  .hasMessageContainingAll("bulkhead l2s is full", "1 requests");
              release.countDown();
              first.join();
              assertThat(model.generate("a").text()).isNotNull();
            });
  }

  @Test
  void aBulkheadOfOneLetsInTheNextRequestOfACallerThatHasItsAnswer() {
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.BULKHEADS))
        .withPropertyValues(
            "resilience4j.bulkhead.instances.l2s.max-concurrent-calls=1",
            "l2s.generation.max-new-tokens=1")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              for (int i = 0; i < 200; i++) {
                assertThat(model.generate("a").ids()).hasSize(1);
                assertThat(model.generate("a").ids()).hasSize(1);
              }
            });
  }

  @Test
  void aTimeLimitOfTheApplicationStopsDecodingAndIsReportedToIt() {
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.TIME_LIMITERS))
        .withPropertyValues("resilience4j.timelimiter.instances.l2s.timeout-duration=1ms")
        .run(
            context -> {
              AtomicInteger expired = new AtomicInteger();
              context
                  .getBean(TimeLimiterRegistry.class)
                  .find("l2s")
                  .orElseThrow()
                  .getEventPublisher()
                  .onTimeout(event -> expired.incrementAndGet());
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              GenerationResult late =
                  model.generate(GenerationRequest.of("a").withMaxNewTokens(4000));
              assertThat(late.finishReason()).isEqualTo(FinishReason.DEADLINE);
              assertThat(expired).hasValue(1);
              assertThat(breaker(context.getBean(CircuitBreakerRegistry.class)).getMetrics())
                  .returns(0, CircuitBreaker.Metrics::getNumberOfBufferedCalls);
            });
  }

  @Test
  void withoutBulkheadAndTimeLimitNeitherIsThere() {
    RUNNER
        .withConfiguration(
            AutoConfigurations.of(Resilience4j.BULKHEADS, Resilience4j.TIME_LIMITERS))
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class))
                    .isInstanceOf(CircuitBreakingLanguageModel.class));
  }

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
              assertThat(context.getBean(FailingDecoder.class).calls()).hasValue(1);
            });
  }

  @Test
  void theApplicationStartsWithoutL2sAutoConfiguration() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                L2sResilienceAutoConfiguration.class, Resilience4j.CIRCUIT_BREAKERS))
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void nothingIsGuardedWhereL2sIsSwitchedOff() {
    RUNNER
        .withPropertyValues("l2s.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(HybridLanguageModelDecorator.class));
  }

  @Test
  void anOwnDecoratorOfTheSameNameReplacesTheBreaker() {
    RUNNER
        .withBean(
            "l2sCircuitBreakerDecorator",
            HybridLanguageModelDecorator.class,
            () -> (model, description) -> model)
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class))
                    .isNotInstanceOf(CircuitBreakingLanguageModel.class));
  }

  @Test
  void withoutResilience4jTheModelWorksUnguarded() {
    RUNNER
        .withClassLoader(new FilteredClassLoader("io.github.resilience4j"))
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(HybridLanguageModelDecorator.class);
              assertThat(context.getBean(HybridLanguageModel.class).generate("a").route())
                  .isEqualTo(Route.HYBRID);
            });
  }

  private static CircuitBreaker breaker(CircuitBreakerRegistry registry) {
    return registry.find("l2s-slm").orElseThrow();
  }

  /** Waits in its first call. */
  private record WaitingProjector(CountDownLatch release) implements Projector {

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
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("out of order");
    }
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
    FailingDecoder slm(ModelLoader loader) {
      Path slm = HYBRID.resolve("slm");
      return new FailingDecoder(loader.loadSlm(slm, ComponentOptions.AUTO), new AtomicInteger());
    }
  }

  record FailingDecoder(SlmDecoder delegate, AtomicInteger calls) implements SlmDecoder {

    @Override
    public int vocabularySize() {
      return delegate.vocabularySize();
    }

    @Override
    public TokenEmbedder embeddings() {
      return delegate.embeddings();
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      calls.incrementAndGet();
      throw new IllegalStateException("out of order");
    }

    @Override
    public void close() {
      delegate.close();
    }
  }
}
