package io.l2s.serving;

import io.l2s.Route;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * Sets the number of threads for each kind of work. It measures a route when that decodes first, so
 * that an unused route costs nothing. Native thread only.
 */
final class ThreadPlan {

  /** Finds the fastest number of threads. */
  interface Measurement {

    /** Number of threads to decode {@code route}; empty while no measurement counts. */
    OptionalInt decoding(Route route);
  }

  /** Leaves the number of threads as it is. */
  static final ThreadPlan UNCHANGED =
      new ThreadPlan(route -> OptionalInt.empty(), 0, threads -> {});

  private final Measurement measurement;
  private final int most;
  private final IntConsumer team;
  private final Map<Route, Integer> decoding = new EnumMap<>(Route.class);

  /**
   * @param most number of threads for work that has not been measured
   * @param team takes the number of threads for the next calls
   */
  ThreadPlan(Measurement measurement, int most, IntConsumer team) {
    this.measurement = measurement;
    this.most = most;
    this.team = team;
  }

  /** Gives all threads to reading and prefill, which have many tokens at a time. */
  void beforeReading() {
    team.accept(most);
  }

  /** Sets the number of threads for a batch of {@code route}. */
  void beforeDecoding(Route route) {
    if (!decoding.containsKey(route)) {
      measurement.decoding(route).ifPresent(threads -> decoding.put(route, threads));
    }
    team.accept(decoding.getOrDefault(route, most));
  }
}
