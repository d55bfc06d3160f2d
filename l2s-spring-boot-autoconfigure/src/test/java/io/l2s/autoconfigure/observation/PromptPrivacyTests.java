package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
