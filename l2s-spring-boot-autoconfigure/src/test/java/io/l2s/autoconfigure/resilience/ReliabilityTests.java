package io.l2s.autoconfigure.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.Bundle;
import io.l2s.Degradation;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.GenerationStream;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.ModelLoadException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.autoconfigure.resilience.FaultyDecoder.Fault;
import io.l2s.engine.NativeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The table of faults in docs/reliability.md, with real models and injected faults. */
@ExtendWith(OutputCaptureExtension.class)
class ReliabilityTests {

  private static final Path FIXTURES = Path.of("../l2s-core/src/test/resources/fixtures");

  private static final Path PAIR = FIXTURES.resolve("hybrid-a-t5-t5-add");

  static final ApplicationContextRunner RUNNER =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  L2sAutoConfiguration.class,
                  L2sResilienceAutoConfiguration.class,
                  Resilience4j.CIRCUIT_BREAKERS))
          .withPropertyValues("l2s.generation.max-new-tokens=12", "l2s.warm-up=false")
          .withUserConfiguration(Faults.class);

  @Test
  void aFailingSlmIsReplacedUntilTheBreakerHasTriedItAgain(CapturedOutput output) {
    RUNNER.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          FaultyDecoder slm = context.getBean(FaultyDecoder.class);
          CircuitBreaker breaker = breaker(context.getBean(CircuitBreakerRegistry.class));
          slm.fault = Fault.AT_PREFILL;
          for (int i = 0; i < 5; i++) {
            GenerationResult answer = model.generate("prompt " + i);
            assertThat(answer.route()).isEqualTo(Route.LLM_ONLY);
            assertThat(answer.degradation().orElseThrow().cause())
                .isEqualTo(Degradation.Cause.SLM_FAILED);
          }
          assertThat(breaker.getState()).isEqualTo(State.OPEN);
          assertThat(model.generate("prompt").degradation().orElseThrow().cause())
              .isEqualTo(Degradation.Cause.CIRCUIT_OPEN);
          assertThat(slm.prefills).as("the open breaker spares it").hasValue(5);

          breaker.transitionToHalfOpenState();
          model.generate("prompt");
          assertThat(breaker.getState()).as("after a failed trial").isEqualTo(State.OPEN);
          slm.fault = Fault.NEVER;
          breaker.transitionToHalfOpenState();
          assertThat(model.generate("prompt").degradation()).isEmpty();
          assertThat(breaker.getState()).isEqualTo(State.CLOSED);

          assertThat(output.getOut().lines().filter(line -> line.contains("in place of HYBRID")))
              .hasSize(2)
              .allSatisfy(line -> assertThat(line).contains(" WARN ", "l2s-slm "))
              .noneSatisfy(line -> assertThat(line).contains("prompt 0"));
        });
  }

  @Test
  void theFallbackUsesTheFeaturesThatAreThere() {
    RUNNER.run(
        context -> {
          context.getBean(FaultyDecoder.class).fault = Fault.AT_PREFILL;
          GenerationResult answer = context.getBean(HybridLanguageModel.class).generate("a");
          assertThat(answer.route()).isEqualTo(Route.LLM_ONLY);
          assertThat(context.getBean(FaultyEncoder.class).calls).hasValue(1);
        });
  }

  @Test
  void anSlmThatDiesInTheMiddleOfItsTextEndsTheStreamWithoutRepeatingText() {
    RUNNER.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          String whole = model.generate("a").text();
          context.getBean(FaultyDecoder.class).fault = Fault.WHILE_DECODING;
          List<String> sent = new ArrayList<>();
          try (GenerationStream stream = model.stream("a")) {
            assertThatThrownBy(
                    () -> {
                      for (TextChunk chunk : stream) {
                        sent.add(chunk.text());
                      }
                    })
                .isInstanceOf(GenerationFailedException.class)
                .hasMessageContaining("injected while decoding");
          }
          assertThat(sent).isNotEmpty();
          assertThat(whole).startsWith(String.join("", sent));
          assertThat(breaker(context.getBean(CircuitBreakerRegistry.class)).getMetrics())
              .returns(1, CircuitBreaker.Metrics::getNumberOfFailedCalls);
        });
  }

  @Test
  void withLlmAndSlmFailingEachIsTriedOnceAndTheCallerHasItsError() {
    RUNNER.run(
        context -> {
          FaultyDecoder slm = context.getBean(FaultyDecoder.class);
          FaultyEncoder llm = context.getBean(FaultyEncoder.class);
          slm.fault = Fault.AT_PREFILL;
          llm.decoderFails = true;
          GenerationRequest request = GenerationRequest.of("a").withTimeout(Duration.ofMinutes(1));
          assertThatThrownBy(() -> context.getBean(HybridLanguageModel.class).generate(request))
              .isInstanceOf(GenerationFailedException.class)
              .hasMessageContaining("injected in the LLM's decoder");
          assertThat(slm.prefills).hasValue(1);
          assertThat(llm.prefills).hasValue(1);
        });
  }

  @Test
  void withTheLlmFailingTheSmallModelAloneAnswersAndTheAnswerNamesEachAttempt() {
    RUNNER
        .withBean(
            "pair",
            Bundle.class,
            () -> BundleReader.open(PAIR).withSlmAlone(PAIR.resolve("slm")),
            definition -> definition.setPrimary(true))
        .run(
            context -> {
              context.getBean(FaultyEncoder.class).encoderFails = true;
              GenerationResult answer = context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(answer.route()).isEqualTo(Route.SLM_ONLY);
              assertThat(answer.degradation().orElseThrow().attempts())
                  .singleElement()
                  .returns(Route.HYBRID, Degradation.Attempt::route)
                  .returns(Degradation.Cause.ENCODER_FAILED, Degradation.Attempt::cause);
            });
  }

  @Test
  void aThousandInvalidRequestsLeaveEveryBreakerClosed() {
    RUNNER
        .withPropertyValues("l2s.max-prompt-characters=5")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              for (int i = 0; i < 1000; i++) {
                assertThatThrownBy(() -> model.generate("longer than five"))
                    .isInstanceOf(InvalidRequestException.class);
              }
              assertThat(context.getBean(CircuitBreakerRegistry.class).getAllCircuitBreakers())
                  .isNotEmpty()
                  .allSatisfy(
                      each -> {
                        assertThat(each.getState()).isEqualTo(State.CLOSED);
                        assertThat(each.getMetrics().getNumberOfBufferedCalls()).isZero();
                      });
            });
  }

  @Test
  void aFileThatIsNotTheOneOfTheDigestIsRefusedBeforeNativeCodeStarts(@TempDir Path directory)
      throws IOException {
    Path llm = FIXTURES.resolve("t5-llm").toAbsolutePath();
    Path projector = Files.copy(PAIR.resolve("projector.safetensors"), directory.resolve("p.st"));
    Files.writeString(
        directory.resolve(Bundle.FILE),
        Files.readString(PAIR.resolve(Bundle.FILE))
            .replace("../t5-llm", llm.toString())
            .replace(
                "\"slm\": \"slm\"", "\"slm\": \"" + PAIR.resolve("slm").toAbsolutePath() + "\"")
            .replace("projector.safetensors", projector.getFileName().toString())
            .replace(
                "\"fusion\"", "\"sha256\": {\"p.st\": \"" + "0".repeat(64) + "\"}, \"fusion\""));
    AtomicBoolean started = new AtomicBoolean();
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(L2sAutoConfiguration.class))
        .withPropertyValues("l2s.bundle=" + directory)
        .withBean(
            NativeRuntime.class,
            () -> {
              started.set(true);
              return NativeRuntime.start(false);
            },
            definition -> definition.setLazyInit(true))
        .run(
            context -> {
              assertThat(context)
                  .getFailure()
                  .rootCause()
                  .isInstanceOf(ModelLoadException.class)
                  .hasMessageContaining("p.st")
                  .hasMessageContaining("0000");
              assertThat(started).isFalse();
            });
  }

  private static CircuitBreaker breaker(CircuitBreakerRegistry registry) {
    return registry.find("l2s-slm").orElseThrow();
  }

  @Configuration(proxyBeanMethods = false)
  static class Faults {

    @Bean
    Bundle bundle() {
      return BundleReader.open(PAIR);
    }

    @Bean
    FaultyDecoder slm(ModelLoader loader) {
      return new FaultyDecoder(loader.loadSlm(PAIR.resolve("slm"), ComponentOptions.AUTO));
    }

    @Bean
    FaultyEncoder llm(ModelLoader loader) {
      return new FaultyEncoder(loader.loadLlm(FIXTURES.resolve("t5-llm"), ComponentOptions.AUTO));
    }
  }
}
