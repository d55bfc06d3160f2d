package io.l2s.samples.titles.history;

import io.l2s.Route;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A title in the history. A job gets there when it ends; refused requests are no jobs.
 *
 * @param text the abstract; null unless {@code titles.store-text} is set
 * @param title the title, as far as it was written; null if the job failed
 * @param route who answered; null if nobody did
 * @param error why the job failed; null if it did not
 * @param milliseconds from submission to the end
 */
public record Job(
    UUID id,
    Instant createdAt,
    JobStatus status,
    @Schema(description = "The abstract; null unless titles.store-text is set")
        @Nullable String text,
    int words,
    int wordsRead,
    @Nullable String title,
    @Nullable Route route,
    @Schema(description = "Whether another route than the one asked for answered") boolean degraded,
    @Nullable String error,
    double milliseconds) {}
