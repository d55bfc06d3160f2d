package io.l2s.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices when the native thread does not return from a call, and when it has returned after all.
 * Thread-safe; only one timer thread calls {@link #check}, which makes all changes.
 */
final class Watchdog {

  /** Calls a task periodically on a thread of its own. */
  interface Timer {

    /** Starts the calls; running the result stops them. */
    Runnable every(Duration period, Runnable task);

    Timer DAEMON =
        (period, task) -> {
          ScheduledThreadPoolExecutor executor =
              new ScheduledThreadPoolExecutor(
                  1,
                  work -> {
                    Thread thread = new Thread(work, "l2s-watchdog");
                    thread.setDaemon(true);
                    return thread;
                  });
          executor.scheduleWithFixedDelay(
              task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
          return executor::shutdownNow;
        };
  }

  /** Receives a change; it must not throw, as an exception would end the watch. */
  interface Reaction {
    void on(boolean responsive);
  }

  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);

  private final long limitNanos;
  private final LongSupplier nanoTime;
  private final Reaction reaction;
  private final Runnable stop;
  private volatile boolean busy;
  private volatile long since;
  // Completed while the native thread does not return; renewed when it has returned.
  private volatile CompletableFuture<Void> unresponsive = new CompletableFuture<>();

  /**
   * @param limit how long a native call may last; zero sets no limit
   */
  Watchdog(Duration limit, LongSupplier nanoTime, Timer timer, Reaction reaction) {
    this.limitNanos = Stopwatch.nanos(limit);
    this.nanoTime = nanoTime;
    this.reaction = reaction;
    this.stop = limit.isZero() ? () -> {} : timer.every(period(limit), this::check);
  }

  /** A quarter of the limit, so that a hang is noticed soon after the limit. */
  private static Duration period(Duration limit) {
    Duration quarter = limit.dividedBy(4);
    if (quarter.compareTo(LONGEST_PERIOD) > 0) {
      return LONGEST_PERIOD;
    }
    return quarter.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : quarter;
  }

  void callBegins() {
    since = nanoTime.getAsLong();
    busy = true;
  }

  void callReturns() {
    busy = false;
  }

  private void check() {
    boolean stuck = busy && nanoTime.getAsLong() - since > limitNanos;
    if (stuck == unresponsive.isDone()) {
      return;
    }
    if (stuck) {
      unresponsive.complete(null);
    } else {
      unresponsive = new CompletableFuture<>();
    }
    reaction.on(!stuck);
  }

  /** Completed while the native thread does not return. */
  CompletableFuture<Void> unresponsive() {
    return unresponsive;
  }

  /** Ends the watch. */
  void stop() {
    stop.run();
  }
}
