package io.l2s.serving;

import io.l2s.Route;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * How many threads compute for which work. Each number is measured when the work comes first, so
 * that a route which is never asked costs nothing. Native thread only.
 */
final class ThreadPlan {

  /** Says how many threads are fastest. */
  interface Measurement {

    /** Threads to decode {@code route}; empty while no measurement counts. */
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
   * @param most threads where nothing has been measured
   * @param team takes the number of threads for the calls that follow
   */
  ThreadPlan(Measurement measurement, int most, IntConsumer team) {
    this.measurement = measurement;
    this.most = most;
    this.team = team;
  }

  /** Prompts are read and prefilled next: many tokens at a time, so that all threads have work. */
  void beforeReading() {
    team.accept(most);
  }

  /** A batch of {@code route} decodes next. */
  void beforeDecoding(Route route) {
    if (!decoding.containsKey(route)) {
      measurement.decoding(route).ifPresent(threads -> decoding.put(route, threads));
    }
    team.accept(decoding.getOrDefault(route, most));
  }
}
