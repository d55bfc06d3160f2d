package io.l2s.autoconfigure.observation;

import static io.l2s.autoconfigure.observation.DefaultGenerationObservationConvention.ofAnswer;

import io.l2s.GenerationResult;
import io.l2s.Timings;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.time.Duration;
import java.util.List;

/** Meters tokens and times of each answer; thread-safe. */
final class GenerationMeterHandler implements ObservationHandler<GenerationObservationContext> {

  private final MeterRegistry registry;

  GenerationMeterHandler(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof GenerationObservationContext;
  }

  @Override
  public void onStop(GenerationObservationContext context) {
    context
        .result()
        .ifPresent(
            result ->
                record(
                    result, ofAnswer(context).stream().map(GenerationMeterHandler::tag).toList()));
  }

  private static Tag tag(KeyValue value) {
    return Tag.of(value.getKey(), value.getValue());
  }

  private void record(GenerationResult result, List<Tag> tags) {
    tokens("input", result.usage().promptTokens(), tags);
    tokens("output", result.usage().generatedTokens(), tags);
    Timings timings = result.timings();
    if (!timings.firstToken().isZero()) {
      Timer.builder("gen_ai.server.time_to_first_token")
          .description("Time from submission to the first generated token")
          .tags(tags)
          .register(registry)
          .record(timings.firstToken());
      int later = result.usage().generatedTokens() - 1;
      if (later > 0) {
        Timer.builder("gen_ai.server.time_per_output_token")
            .description("Time per generated token after the first one")
            .tags(tags)
            .register(registry)
            .record(timings.total().minus(timings.firstToken()).dividedBy(later));
      }
    }
    for (Stage stage : Stage.values()) {
      Duration duration = stage.of(timings);
      if (!duration.isZero()) {
        Timer.builder("l2s.stage")
            .description("Time of an answer in a stage; calls shared by a batch count for each")
            .tags(tags)
            .tag("l2s.stage", stage.key())
            .register(registry)
            .record(duration);
      }
    }
  }

  private void tokens(String type, int count, List<Tag> tags) {
    Counter.builder("l2s.tokens")
        .description("Tokens read and generated for answers")
        .baseUnit("tokens")
        .tags(tags)
        .tag("gen_ai.token.type", type)
        .register(registry)
        .increment(count);
  }
}
