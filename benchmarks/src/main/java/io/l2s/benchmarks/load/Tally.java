package io.l2s.benchmarks.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts requests by the phase that sent them and by the second in which they ended. Thread-safe.
 */
final class Tally {

  /**
   * A second, or a whole phase.
   *
   * @param ended how many requests ended, each way
   */
  record Counts(int phase, long sent, Map<Outcome, Long> ended) {

    long of(Outcome outcome) {
      return ended.getOrDefault(outcome, 0L);
    }
  }

  private static final class Counter {
    private final int phase;
    private long sent;
    private final Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);

    Counter(int phase) {
      this.phase = phase;
    }

    Counts counts() {
      return new Counts(phase, sent, new EnumMap<Outcome, Long>(ended));
    }
  }

  private final List<Counter> phases = new ArrayList<>();
  private final List<Counter> seconds = new ArrayList<>();

  Tally(int phases) {
    for (int i = 0; i < phases; i++) {
      this.phases.add(new Counter(i));
    }
  }

  synchronized void sent(int phase, int second) {
    phases.get(phase).sent++;
    at(phase, second).sent++;
  }

  /**
   * @param phase the one that sent the request
   */
  synchronized void ended(int phase, int second, Outcome outcome) {
    phases.get(phase).ended.merge(outcome, 1L, Long::sum);
    at(phase, second).ended.merge(outcome, 1L, Long::sum);
  }

  /** A second belongs to the phase that is the first to count in it. */
  private Counter at(int phase, int second) {
    while (seconds.size() <= second) {
      seconds.add(new Counter(phase));
    }
    return seconds.get(second);
  }

  /** Requests that have not ended. */
  synchronized long open() {
    return phases.stream()
        .mapToLong(
            each -> each.sent - each.ended.values().stream().mapToLong(Long::longValue).sum())
        .sum();
  }

  synchronized List<Counts> phases() {
    return phases.stream().map(Counter::counts).toList();
  }

  synchronized List<Counts> seconds() {
    return seconds.stream().map(Counter::counts).toList();
  }
}
