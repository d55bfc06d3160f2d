package io.l2s.engine;

import ai.djl.ndarray.NDManager;
import java.util.concurrent.Callable;

/**
 * The native engine and the one thread that may touch it.
 *
 * <p>All arrays, programs and key-value caches are made, used and freed on that thread. Thread-safe.
 */
public final class NativeRuntime implements AutoCloseable {

  private NativeRuntime() {}

  /** Loads the engine; nothing is downloaded unless {@code downloadNatives}. */
  public static NativeRuntime start(boolean downloadNatives) {
    throw new IllegalStateException("skeleton");
  }

  /**
   * Runs {@code work} on the native thread and waits for it; runs it at once if called there.
   *
   * @throws io.l2s.L2sException as thrown by {@code work}; any other failure arrives as {@link
   *     io.l2s.EngineException}
   */
  public <T> T call(Callable<T> work) {
    throw new IllegalStateException("skeleton");
  }

  /** Queues {@code work} for the native thread and returns. */
  public void execute(Runnable work) {
    throw new IllegalStateException("skeleton");
  }

  /** A scope on the CPU; closing it frees every array made in it. Native thread only. */
  public NDManager newScope() {
    throw new IllegalStateException("skeleton");
  }

  /** What the engine sees. */
  public DeviceCatalog devices() {
    throw new IllegalStateException("skeleton");
  }

  /** Waits for queued work, then frees everything. */
  @Override
  public void close() {}
}
