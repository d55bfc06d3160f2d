package io.l2s.serving;

import ai.djl.ndarray.NDManager;
import io.l2s.engine.NativeRuntime;

/** What serving needs of the native thread, so that a test can run it by hand. */
interface NativeThread {

  /**
   * Queues {@code work} and returns.
   *
   * @throws io.l2s.ModelClosedException if the thread has ended
   */
  void execute(Runnable work);

  /** Runs {@code work} and waits for it; at once if called on the native thread. */
  void call(Runnable work);

  /** A scope for arrays; native thread only. */
  NDManager newScope();

  static NativeThread of(NativeRuntime runtime) {
    return new NativeThread() {
      @Override
      public void execute(Runnable work) {
        runtime.execute(work);
      }

      @Override
      public void call(Runnable work) {
        runtime.call(
            () -> {
              work.run();
              return null;
            });
      }

      @Override
      public NDManager newScope() {
        return runtime.newScope();
      }
    };
  }
}
