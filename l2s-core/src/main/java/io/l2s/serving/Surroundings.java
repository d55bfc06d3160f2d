package io.l2s.serving;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What a served model needs beside the native thread: a test puts its own in the place of threads
 * and clocks.
 */
record Surroundings(
    Executor listenerThreads,
    LongSupplier nanoTime,
    Watchdog.Timer timer,
    ResponsivenessListener responsiveness) {

  private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

  static Surroundings real(ResponsivenessListener responsiveness) {
    return new Surroundings(
        newListenerThreads(), System::nanoTime, Watchdog.Timer.DAEMON, responsiveness);
  }

  /**
   * As many threads as listeners are busy, of which the admitted requests bound the number: a
   * listener that blocks must hold up no other. Idle threads end, so there is nothing to shut down
   * when the model closes.
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
