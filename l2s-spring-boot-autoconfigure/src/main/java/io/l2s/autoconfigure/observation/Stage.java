package io.l2s.autoconfigure.observation;

import io.l2s.Timings;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** The stages of a generation, in their order; their times do not overlap. */
enum Stage {
  /** The request waits. */
  QUEUE(Timings::queued),
  /** The LLM reads the prompt. */
  ENCODE(Timings::encode),
  /** Projection and fusion. */
  PROJECT(Timings::project),
  /** The decoder's pass over the prompt. */
  PREFILL(timings -> timings.prefill().minus(timings.project())),
  /** All decode steps. */
  DECODE(Timings::decode);

  private final Function<Timings, Duration> duration;

  Stage(Function<Timings, Duration> duration) {
    this.duration = duration;
  }

  Duration of(Timings timings) {
    return duration.apply(timings);
  }

  /** The value in meters and spans. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
