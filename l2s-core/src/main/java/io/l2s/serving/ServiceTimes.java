package io.l2s.serving;

import io.l2s.Route;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The share of the native thread's time that requests will take, by the medians of the latest calls
 * of each route. A median forgets the first cold calls and a single one that was held up. The
 * native thread records; any thread asks.
 */
final class ServiceTimes {

  /** Number of measurements of a median, and fewest that it needs. */
  static final int LATEST = 15;

  private static final class Median {

    private final long[] latest = new long[LATEST];
    private int count;
    private long value;

    void add(long measured) {
      latest[count % LATEST] = measured;
      count++;
      if (count >= LATEST) {
        long[] sorted = latest.clone();
        Arrays.sort(sorted);
        value = sorted[LATEST / 2];
      }
    }
  }

  private static final class Times {
    private final Median promptNanos = new Median();
    private final Median stepNanos = new Median();
    private final Median answerTokens = new Median();
  }

  private final Map<Route, Times> routes = new EnumMap<>(Route.class);

  /**
   * Records that prompts were read or prefilled together.
   *
   * @param prompts their number
   */
  synchronized void prefilled(Route route, int prompts, long nanos) {
    of(route).promptNanos.add(nanos / prompts);
  }

  /**
   * Records a decode call.
   *
   * @param answers number of answers that it continued together
   * @param tokens that it added to all of them
   */
  synchronized void decoded(Route route, int answers, int tokens, long nanos) {
    if (tokens > 0) {
      of(route).stepNanos.add(nanos * answers / tokens);
    }
  }

  /** Records the length of an answer that has ended. */
  synchronized void answered(Route route, int tokens) {
    of(route).answerTokens.add(tokens);
  }

  /**
   * Nanoseconds of the native thread that a request will take; 0 while too little is known. It
   * shares its steps with as many rows as a batch has room for, so this is rather too short.
   *
   * @param shares number of requests like it that decode together
   */
  synchronized long expected(Route route, int maxNewTokens, int shares) {
    Times known = routes.get(route);
    return known == null
        ? 0
        : known.promptNanos.value
            + Math.min(maxNewTokens, known.answerTokens.value) * known.stepNanos.value / shares;
  }

  private Times of(Route route) {
    return routes.computeIfAbsent(route, missing -> new Times());
  }
}
