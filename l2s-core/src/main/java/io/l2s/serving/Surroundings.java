package io.l2s.serving;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
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

  private static final int LISTENER_THREADS = 16;
  private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

  static Surroundings real(ResponsivenessListener responsiveness) {
    return new Surroundings(
        newListenerThreads(), System::nanoTime, Watchdog.Timer.DAEMON, responsiveness);
  }

  private static Executor newListenerThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            LISTENER_THREADS,
            LISTENER_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "l2s-listener-" + THREAD_NUMBER.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    // Idle threads end, so there is nothing to shut down when the model closes.
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
