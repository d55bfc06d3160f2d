package io.l2s.test;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks on daemon threads, so that one listener that waits does not stop all others. */
final class MachineScheduler implements Scheduler {

  private static final int THREADS = 8;

  private final ScheduledThreadPoolExecutor threads;

  MachineScheduler() {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "l2s-fake-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void schedule(Runnable task, Duration delay) {
    threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}
