package io.l2s.autoconfigure.observation;

import io.l2s.GenerationResult;
import io.l2s.Timings;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Adds a span for each {@link Stage} of an answer beneath the span of its request.
 *
 * <p>The spans follow each other from the submission on, with the durations that were measured. A
 * decode span is as long as the decode calls together; pauses between them, while other requests
 * are read, follow it. After a fallback the stages are those of the fallback and end with the
 * request.
 */
final class StageSpanHandler implements ObservationHandler<GenerationObservationContext> {

  private final Tracer tracer;

  StageSpanHandler(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof GenerationObservationContext;
  }

  @Override
  public void onStop(GenerationObservationContext context) {
    TracingContext tracing = context.get(TracingContext.class);
    Span request = tracing == null ? null : tracing.getSpan();
    if (request != null) {
      context.result().ifPresent(result -> addSpans(request, context.submitted(), result));
    }
  }

  private void addSpans(Span request, Instant submitted, GenerationResult result) {
    Timings timings = result.timings();
    Instant from = submitted.plus(attemptsBefore(result));
    for (Stage stage : Stage.values()) {
      Duration duration = stage.of(timings);
      if (!duration.isZero()) {
        Instant to = from.plus(duration);
        tracer
            .spanBuilder()
            .setParent(request.context())
            .name(stage.key())
            .startTimestamp(micros(from), TimeUnit.MICROSECONDS)
            .start()
            .end(micros(to), TimeUnit.MICROSECONDS);
        from = to;
      }
    }
  }

  /** Time of the attempts that failed before this answer. */
  private static Duration attemptsBefore(GenerationResult result) {
    if (result.degradation().isEmpty()) {
      return Duration.ZERO;
    }
    Duration rest = result.timings().total();
    for (Stage stage : Stage.values()) {
      rest = rest.minus(stage.of(result.timings()));
    }
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private static long micros(Instant instant) {
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
  }
}
