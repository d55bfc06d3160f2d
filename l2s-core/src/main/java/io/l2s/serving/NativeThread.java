package io.l2s.serving;

import ai.djl.ndarray.NDManager;
import io.l2s.engine.NativeRuntime;
import java.util.concurrent.CompletableFuture;

/** The native thread as serving uses it; a test can run it by hand. */
interface NativeThread {

  /**
   * Queues {@code work} and returns.
   *
   * @throws io.l2s.ModelClosedException if the thread has ended
   */
  void execute(Runnable work);

  /**
   * Queues {@code work}, or runs it at once if called on the native thread.
   *
   * @return completes with {@code work}
   * @throws io.l2s.ModelClosedException if the thread has ended
   */
  CompletableFuture<Void> submit(Runnable work);

  /** A scope for arrays; native thread only. */
  NDManager newScope();

  static NativeThread of(NativeRuntime runtime) {
    Thread own = runtime.call(Thread::currentThread);
    return new NativeThread() {
      @Override
      public void execute(Runnable work) {
        runtime.execute(work);
      }

      @Override
      public CompletableFuture<Void> submit(Runnable work) {
        return CompletableFuture.runAsync(
            work, Thread.currentThread() == own ? Runnable::run : runtime::execute);
      }

      @Override
      public NDManager newScope() {
        return runtime.newScope();
      }
    };
  }
}
