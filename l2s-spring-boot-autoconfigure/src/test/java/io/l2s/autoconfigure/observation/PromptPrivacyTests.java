package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.GenerationListener;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.resilience.L2sResilienceAutoConfiguration;
import io.l2s.projector.Projector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The text of prompts stays out of logs, meters and spans, unless spans are to carry it. */
@ExtendWith(OutputCaptureExtension.class)
class PromptPrivacyTests {

  private static final String SECRET = "xyzzy";

  private static final ApplicationContextRunner RUNNER =
      Observed.RUNNER.withBean(
          PrometheusMeterRegistry.class,
          () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

  @Test
  void promptsAreInNoLogMeterOrSpan(CapturedOutput output) {
    RUNNER.run(
        context -> {
          ask(context.getBean(HybridLanguageModel.class));
          assertThat(spans(context.getBean(SimpleTracer.class)))
              .contains("text_completion default", "decode")
              .doesNotContain(SECRET);
          assertThat(meters(context.getBean(MeterRegistry.class)))
              .contains("l2s.tokens")
              .doesNotContain(SECRET);
          assertThat(context.getBean(PrometheusMeterRegistry.class).scrape())
              .contains("gen_ai_server_request_duration_seconds_count")
              .doesNotContain(SECRET);
        });
    assertThat(output).isNotEmpty().doesNotContain(SECRET);
  }

  @Test
  void failuresAndFallbacksQuoteNoPrompt(CapturedOutput output) {
    RUNNER
        .withConfiguration(AutoConfigurations.of(L2sResilienceAutoConfiguration.class))
        .withBean(CircuitBreakerRegistry.class, CircuitBreakerRegistry::ofDefaults)
        .withBean(Projector.class, BrokenProjector::new)
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              GenerationRequest request = GenerationRequest.of("say " + SECRET);
              assertThat(model.generate(request).degradation()).isPresent();
              assertThatThrownBy(() -> model.generate(request.withRoute(Route.SLM_ONLY)))
                  .isInstanceOf(InvalidRequestException.class);
              assertThatThrownBy(() -> model.generate((SECRET + " ").repeat(8000)))
                  .isInstanceOf(PromptTooLongException.class);
              model.submit(request, new FailingListener());
              model.close();
              assertThatThrownBy(() -> model.generate(request))
                  .isInstanceOf(ModelClosedException.class);
              assertThat(spans(context.getBean(SimpleTracer.class)))
                  .contains("LLM_ONLY".toLowerCase(Locale.ROOT))
                  .doesNotContain(SECRET);
              assertThat(meters(context.getBean(MeterRegistry.class))).doesNotContain(SECRET);
            });
    assertThat(output).contains("LLM_ONLY answered in place of HYBRID").doesNotContain(SECRET);
  }

  /** Fails as a component does. */
  private static final class BrokenProjector implements Projector {

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
      throw new IllegalStateException("injected in the projector");
    }
  }

  /** Fails on the first event, which is logged. */
  private static final class FailingListener implements GenerationListener {

    @Override
    public void onChunk(TextChunk chunk) {
      throw new IllegalStateException("injected in the listener");
    }

    @Override
    public void onComplete(GenerationResult result) {}

    @Override
    public void onError(L2sException failure) {}
  }

  @Test
  void onlySpansCarryThePromptWhereTheyAreTo(CapturedOutput output) {
    RUNNER
        .withPropertyValues("l2s.observations.include-prompt=true")
        .run(
            context -> {
              ask(context.getBean(HybridLanguageModel.class));
              assertThat(spans(context.getBean(SimpleTracer.class)))
                  .contains(
                      "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"say "
                          + SECRET
                          + "\"}]}]");
              assertThat(meters(context.getBean(MeterRegistry.class))).doesNotContain(SECRET);
            });
    assertThat(output).doesNotContain(SECRET);
  }

  /** Asks for an answer and for what is refused, since the refusal's message quotes the request. */
  private static void ask(HybridLanguageModel model) {
    model.generate("say " + SECRET);
    assertThatThrownBy(
            () ->
                model.generate(
                    GenerationRequest.of("say " + SECRET)
                        .withOptions(
                            GenerationOptions.builder()
                                .forcedPrefix(SECRET)
                                .stop(List.of(SECRET))
                                .build())))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(SECRET);
  }

  private static String spans(SimpleTracer tracer) {
    return tracer.getSpans().stream()
        .map(PromptPrivacyTests::text)
        .collect(Collectors.joining("\n"));
  }

  private static String text(SimpleSpan span) {
    return span.getName() + span.getTags() + span.getEvents() + span.getError();
  }

  private static String meters(MeterRegistry registry) {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().toString())
        .collect(Collectors.joining("\n"));
  }
}
