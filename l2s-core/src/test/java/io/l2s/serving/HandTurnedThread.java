package io.l2s.serving;

import ai.djl.ndarray.NDManager;
import io.l2s.engine.NativeRuntime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A native thread that does what is queued one by one, as the test says. */
final class HandTurnedThread implements NativeThread {

  private final NativeRuntime runtime;
  private final Queue<Runnable> work = new ArrayDeque<>();

  HandTurnedThread(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /** Does the next piece of work; false if there is none. */
  boolean turn() {
    Runnable next = work.poll();
    if (next != null) {
      submit(next);
    }
    return next != null;
  }

  void turnUntilIdle() {
    int turns = 0;
    while (turn()) {
      if (++turns > 10_000) {
        throw new AssertionError("the native thread never comes to rest");
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    work.add(task);
  }

  @Override
  public CompletableFuture<Void> submit(Runnable task) {
    boolean interrupted = Thread.interrupted();
    try {
      runtime.call(
          () -> {
            task.run();
            return null;
          });
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public NDManager newScope() {
    return runtime.newScope();
  }
}
