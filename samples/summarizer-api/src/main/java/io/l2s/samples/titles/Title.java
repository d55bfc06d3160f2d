package io.l2s.samples.titles;

import io.l2s.Candidate;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import io.l2s.Usage;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A title and how it came about, for a client.
 *
 * @param jobId null where the history could not keep the job
 * @param title the likeliest title
 * @param alternatives further titles, likeliest first
 * @param route who answered
 * @param degradation null if the requested route answered
 * @param finishReason {@code LENGTH} where {@code maxTokens} cut the title
 * @param words words of the abstract
 * @param wordsRead its first words, which the model read
 * @param truncated whether it has more words than the model read
 */
@Schema(description = "A title and how it came about")
record Title(
    @Schema(description = "The job in /api/jobs; null where the history could not keep it")
        @Nullable UUID jobId,
    String title,
    @Schema(description = "Further titles, likeliest first") List<String> alternatives,
    Route route,
    @Schema(description = "Why another route answered; null where none had to")
        @Nullable Degraded degradation,
    @Schema(description = "LENGTH: maxTokens cut the title") FinishReason finishReason,
    @Schema(description = "Words of the abstract", example = "112") int words,
    @Schema(description = "The first words, which the model read", example = "40") int wordsRead,
    @Schema(description = "Whether the abstract has more words than the model read")
        boolean truncated,
    Usage usage,
    Milliseconds timings) {

  /** The route that was to answer and why it did not. */
  record Degraded(Route requested, Degradation.Cause cause) {}

  /** Where the time went. */
  record Milliseconds(double queued, double encode, double decode, double total) {

    static Milliseconds of(Timings timings) {
      return new Milliseconds(
          milliseconds(timings.queued()),
          milliseconds(timings.encode()),
          milliseconds(timings.prefill().plus(timings.decode())),
          milliseconds(timings.total()));
    }

    private static double milliseconds(Duration duration) {
      return Math.round(duration.toNanos() / 1e4) / 100.0;
    }
  }

  static Title of(Abstract source, GenerationResult result, @Nullable UUID jobId) {
    return new Title(
        jobId,
        result.text(),
        result.candidates().stream().skip(1).map(Candidate::text).toList(),
        result.route(),
        result.degradation().map(each -> new Degraded(each.requested(), each.cause())).orElse(null),
        result.finishReason(),
        source.words(),
        source.wordsRead(),
        source.truncated(),
        result.usage(),
        Milliseconds.of(result.timings()));
  }
}
