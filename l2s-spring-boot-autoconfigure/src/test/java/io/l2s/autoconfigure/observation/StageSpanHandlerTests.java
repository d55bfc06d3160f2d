package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StageSpanHandlerTests {

  private static final Instant SUBMITTED = Instant.parse("2026-11-29T12:00:00Z");
  private static final Degradation SLM_FAILED =
      new Degradation(Route.HYBRID, Degradation.Cause.SLM_FAILED, "out of order");

  private final SimpleTracer tracer = new SimpleTracer();

  /** 10 ms waiting, 20 reading, 5 projecting, 15 prefilling, 30 decoding; 100 in all. */
  private static GenerationResult result(Optional<Degradation> degradation) {
    Timings timings =
        new Timings(
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(30),
            Duration.ofMillis(55),
            Duration.ofMillis(100));
    return new GenerationResult(
        "b", List.of(1), List.of(2), Route.HYBRID, degradation, FinishReason.EOS, timings);
  }

  @Test
  void theStagesFollowEachOtherFromTheSubmissionOn() {
    stop(result(Optional.empty()));
    assertThat(tracer.getSpans())
        .extracting(SimpleSpan::getName)
        .endsWith("queue", "encode", "project", "prefill", "decode");
    assertThat(begins("queue")).isZero();
    assertThat(begins("encode")).isEqualTo(10);
    assertThat(begins("project")).isEqualTo(30);
    assertThat(begins("prefill")).isEqualTo(35);
    assertThat(begins("decode")).isEqualTo(50);
  }

  @Test
  void theStagesOfAFallbackFollowTheFailedAttempt() {
    stop(result(Optional.of(SLM_FAILED)));
    assertThat(begins("queue")).isEqualTo(20);
    assertThat(begins("decode")).isEqualTo(70);
  }

  private void stop(GenerationResult result) {
    GenerationObservationContext context =
        new GenerationObservationContext("default", GenerationRequest.of("a"), SUBMITTED);
    TracingContext tracing = new TracingContext();
    tracing.setSpan(tracer.nextSpan().start());
    context.put(TracingContext.class, tracing);
    context.completed(result);
    new StageSpanHandler(tracer).onStop(context);
  }

  /** Milliseconds from the submission to the beginning of a stage. */
  private long begins(String stage) {
    return tracer.getSpans().stream()
        .filter(span -> stage.equals(span.getName()))
        .map(span -> Duration.between(SUBMITTED, span.getStartTimestamp()).toMillis())
        .findFirst()
        .orElseThrow();
  }
}
