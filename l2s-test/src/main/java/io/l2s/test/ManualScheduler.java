package io.l2s.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A clock that the test moves: tasks run within {@link #advance}, on the thread that calls it and
 * in the order in which they are due. Thread-safe; a task may schedule further ones.
 */
public final class ManualScheduler implements Scheduler {

  private record Task(Runnable action, Duration due) {}

  private final List<Task> tasks = new ArrayList<>();
  private Duration now = Duration.ZERO;

  @Override
  public synchronized void schedule(Runnable task, Duration delay) {
    tasks.add(new Task(task, now.plus(delay)));
  }

  /** The time since the scheduler was made. */
  public synchronized Duration now() {
    return now;
  }

  /**
   * Moves the clock on and runs everything that is due until then.
   *
   * @param time zero runs what is due already
   */
  public void advance(Duration time) {
    Duration until = now().plus(time);
    Optional<Runnable> next = nextUntil(until);
    while (next.isPresent()) {
      next.get().run();
      next = nextUntil(until);
    }
  }

  /** Takes out the first task that is due; moves the clock to it, or to the end without one. */
  private synchronized Optional<Runnable> nextUntil(Duration until) {
    Optional<Task> first =
        tasks.stream()
            .filter(task -> task.due().compareTo(until) <= 0)
            .min(Comparator.comparing(Task::due));
    now = first.map(Task::due).orElse(until);
    first.ifPresent(tasks::remove);
    return first.map(Task::action);
  }
}
