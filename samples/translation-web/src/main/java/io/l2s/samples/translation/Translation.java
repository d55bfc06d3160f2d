package io.l2s.samples.translation;

import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import io.l2s.Usage;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A translation as the page and the endpoint show it; times in milliseconds.
 *
 * @param degradation null where the route asked for has answered
 */
record Translation(
    String text,
    Route route,
    @Nullable Degradation degradation,
    FinishReason finishReason,
    Usage usage,
    Milliseconds timings) {

  record Milliseconds(
      double queued,
      double encode,
      double prefill,
      double decode,
      double firstToken,
      double total) {

    static Milliseconds of(Timings timings) {
      return new Milliseconds(
          milliseconds(timings.queued()),
          milliseconds(timings.encode()),
          milliseconds(timings.prefill()),
          milliseconds(timings.decode()),
          milliseconds(timings.firstToken()),
          milliseconds(timings.total()));
    }

    private static double milliseconds(Duration duration) {
      return Math.round(duration.toNanos() / 1e4) / 100.0;
    }
  }

  /** The result for a client, who gets no path of the server. */
  static Translation of(GenerationResult result) {
    return new Translation(
        result.text(),
        result.route(),
        result.degradation().map(Translation::withoutPaths).orElse(null),
        result.finishReason(),
        result.usage(),
        Milliseconds.of(result.timings()));
  }

  private static Degradation withoutPaths(Degradation degradation) {
    return new Degradation(
        degradation.requested(),
        degradation.cause(),
        GenerationProblems.text(degradation.message()),
        degradation.attempts().stream()
            .map(
                each ->
                    new Degradation.Attempt(
                        each.route(), each.cause(), GenerationProblems.text(each.message())))
            .toList());
  }
}
