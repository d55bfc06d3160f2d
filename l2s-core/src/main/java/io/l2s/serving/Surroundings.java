package io.l2s.serving;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The threads and clocks that a served model uses beside the native thread; a test replaces them.
 */
record Surroundings(
    Executor listenerThreads,
    LongSupplier nanoTime,
    Watchdog.Timer timer,
    ResponsivenessListener responsiveness,
    WeightsCheck weights) {

  /** Looks whether files have changed from which a model reads its weights. */
  interface WeightsCheck {

    /** How one has changed; empty where none has. */
    Optional<String> change();

    /** The check of a model without files. */
    WeightsCheck NONE = Optional::empty;
  }

  Surroundings(
      Executor listenerThreads,
      LongSupplier nanoTime,
      Watchdog.Timer timer,
      ResponsivenessListener responsiveness) {
    this(listenerThreads, nanoTime, timer, responsiveness, WeightsCheck.NONE);
  }

  private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

  static Surroundings real(ResponsivenessListener responsiveness, WeightsCheck weights) {
    return new Surroundings(
        newListenerThreads(), System::nanoTime, Watchdog.Timer.DAEMON, responsiveness, weights);
  }

  /**
   * Starts a thread for each busy listener, so that a listener that blocks delays no other. The
   * number of admitted requests bounds the number of threads. Idle threads end, so closing the
   * model has nothing to shut down.
   */
  private static Executor newListenerThreads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        work -> {
          Thread thread = new Thread(work, "l2s-listener-" + THREAD_NUMBER.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
