package io.l2s.samples.translation;

import io.l2s.Timings;
import java.time.Duration;

/** Where the time of a translation went; see {@link Timings}. */
record Milliseconds(
    double queued,
    double encode,
    double project,
    double prefill,
    double decode,
    double firstToken,
    double total) {

  static Milliseconds of(Timings timings) {
    return new Milliseconds(
        milliseconds(timings.queued()),
        milliseconds(timings.encode()),
        milliseconds(timings.project()),
        milliseconds(timings.prefill()),
        milliseconds(timings.decode()),
        milliseconds(timings.firstToken()),
        milliseconds(timings.total()));
  }

  /** The times of a translation that {@code next} follows; the first token remains the first. */
  Milliseconds plus(Milliseconds next) {
    return new Milliseconds(
        rounded(queued + next.queued),
        rounded(encode + next.encode),
        rounded(project + next.project),
        rounded(prefill + next.prefill),
        rounded(decode + next.decode),
        firstToken,
        rounded(total + next.total));
  }

  private static double milliseconds(Duration duration) {
    return rounded(duration.toNanos() / 1e6);
  }

  private static double rounded(double milliseconds) {
    return Math.round(milliseconds * 100) / 100.0;
  }
}
