package io.l2s.test;

import java.time.Duration;

/** Runs the events of a {@link FakeHybridLanguageModel} when they are due. */
@FunctionalInterface
public interface Scheduler {

  /** Runs tasks after their delays by the clock of the machine, on daemon threads. */
  Scheduler REAL = new MachineScheduler();

  /**
   * Runs {@code task} once.
   *
   * @param delay from now on; zero for as soon as possible
   */
  void schedule(Runnable task, Duration delay);
}
