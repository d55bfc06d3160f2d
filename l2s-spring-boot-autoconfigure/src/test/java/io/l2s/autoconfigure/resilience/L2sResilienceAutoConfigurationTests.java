package io.l2s.autoconfigure.resilience;

import static io.l2s.autoconfigure.resilience.GuardedModel.FIXTURES;
import static io.l2s.autoconfigure.resilience.GuardedModel.HYBRID;
import static io.l2s.autoconfigure.resilience.GuardedModel.RUNNER;
import static io.l2s.autoconfigure.resilience.GuardedModel.breaker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.HybridLanguageModelFactory;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/** The circuit breakers around the components, their configuration and their absence. */
@ExtendWith(OutputCaptureExtension.class)
class L2sResilienceAutoConfigurationTests {

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
}
