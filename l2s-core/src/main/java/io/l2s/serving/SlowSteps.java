package io.l2s.serving;

import io.l2s.Route;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when decode steps take far longer than at first. Other processes on the same cores usually
 * cause this. Steps over a longer cache take longer by themselves, so a step is compared only with
 * steps of the same route and number of rows whose longest sequence had a length between the same
 * two powers of two. Native thread only.
 */
final class SlowSteps {

  /** Multiple of its first figure from which on a step counts as slow. */
  static final int FACTOR = 5;

  /** Number of first calls; the fastest gives the figure. */
  static final int WARM_UP_CALLS = 16;

  /** Slow calls in a row before a warning; a garbage collection may slow a single one. */
  static final int CALLS_IN_A_ROW = 8;

  static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(SlowSteps.class);

  /** Receives a warning: the route, its rows, nanoseconds of a step now and at first. */
  interface Warning {
    void slow(Route route, int rows, long nanos, long usual);
  }

  /**
   * @param magnitude number of bits of the length
   */
  private record Key(Route route, int rows, int magnitude) {}

  private static final class Usual {
    private long nanos = Long.MAX_VALUE;
    private int calls;
    private int slowInARow;
  }

  private final LongSupplier nanoTime;
  private final Warning warning;
  private final Map<Key, Usual> usual = new HashMap<>();
  private boolean warned;
  private long lastWarning;

  /**
   * @param remedy what users can do about it, in a sentence without its full stop
   */
  SlowSteps(LongSupplier nanoTime, String remedy) {
    this(
        nanoTime,
        (route, rows, nanos, usual) -> LOG.warn(message(route, rows, nanos, usual, remedy)));
  }

  SlowSteps(LongSupplier nanoTime, Warning warning) {
    this.nanoTime = nanoTime;
    this.warning = warning;
  }

  /**
   * Records one decode call.
   *
   * @param length tokens of the longest sequence, prompt and answer
   * @param nanos time of one of its steps
   */
  void record(Route route, int rows, int length, long nanos) {
    int magnitude = Integer.SIZE - Integer.numberOfLeadingZeros(length);
    Usual known = usual.computeIfAbsent(new Key(route, rows, magnitude), missing -> new Usual());
    if (known.calls < WARM_UP_CALLS) {
      known.calls++;
      known.nanos = Math.min(known.nanos, nanos);
      return;
    }
    known.slowInARow = nanos > FACTOR * known.nanos ? known.slowInARow + 1 : 0;
    if (known.slowInARow < CALLS_IN_A_ROW) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (!warned || now - lastWarning >= BETWEEN_WARNINGS.toNanos()) {
      warned = true;
      lastWarning = now;
      warning.slow(route, rows, nanos, known.nanos);
    }
  }

  static String message(Route route, int rows, long nanos, long usual, String remedy) {
    return String.format(
        Locale.ROOT,
        "Decode steps of %s with %s take %.1f ms instead of %.1f: other processes probably"
            + " keep the cores busy. %s",
        route,
        rows == 1 ? "1 sequence" : rows + " sequences",
        nanos / 1e6,
        usual / 1e6,
        remedy);
  }
}
