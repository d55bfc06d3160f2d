package io.l2s.resilience;

import io.l2s.Degradation;
import io.l2s.Degradation.Cause;
import io.l2s.Route;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Warns of degraded answers, of each cause at most once in ten seconds. It names routes, causes and
 * breakers, and never a prompt. Thread-safe.
 */
final class FallbackLog {

  private static final long PAUSE = Duration.ofSeconds(10).toNanos();

  private final Map<Cause, Reports> reports = new EnumMap<>(Cause.class);
  private final LongSupplier nanoTime;
  private final Consumer<String> warn;

  /** The reports of one cause. */
  private record Reports(long last, int silent) {}

  FallbackLog(LongSupplier nanoTime, Consumer<String> warn) {
    this.nanoTime = nanoTime;
    this.warn = warn;
  }

  void degraded(Route answered, Degradation degradation, Guards guards) {
    Integer silent = silentSince(degradation.cause());
    if (silent != null) {
      warn.accept(message(answered, degradation, guards, silent));
    }
  }

  /** The answers that were not reported since the last report; null: report nothing now. */
  private synchronized @Nullable Integer silentSince(Cause cause) {
    long now = nanoTime.getAsLong();
    Reports before = reports.get(cause);
    if (before != null && now - before.last() < PAUSE) {
      reports.put(cause, new Reports(before.last(), before.silent() + 1));
      return null;
    }
    reports.put(cause, new Reports(now, 0));
    return before == null ? 0 : before.silent();
  }

  private static String message(
      Route answered, Degradation degradation, Guards guards, int silent) {
    String attempts =
        degradation.attempts().stream()
            .map(
                attempt -> attempt.route() + " " + attempt.cause() + " (" + attempt.message() + ")")
            .collect(Collectors.joining(", "));
    return answered
        + " answered in place of "
        + degradation.requested()
        + ": "
        + attempts
        + "; circuit breakers: "
        + guards.states()
        + (silent == 0 ? "" : "; " + silent + " more such answers since the last report");
  }
}
