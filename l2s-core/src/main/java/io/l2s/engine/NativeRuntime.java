package io.l2s.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.l2s.EngineException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.NativesLoadException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native engine and the one thread that may touch it.
 *
 * <p>All arrays, programs and key-value caches are made, used and freed on that thread.
 * Thread-safe.
 */
public final class NativeRuntime implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NativeRuntime.class);
  private static final Duration RELEASE_LIMIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final Duration releaseLimit;
  private final ComputeThreads threads;
  private final ExecutorService executor;
  private volatile @Nullable Thread thread;

  // A runtime is handed out after it was loaded.
  @SuppressWarnings("NullAway.Init")
  private NDManager root;

  private int gpuCount;
  private volatile Future<?> overdue = CompletableFuture.completedFuture(null);

  private NativeRuntime(Duration releaseLimit, ComputeThreads threads) {
    this.releaseLimit = releaseLimit;
    this.threads = threads;
    executor =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread started = new Thread(work, "l2s-native");
              started.setDaemon(true);
              thread = started;
              return started;
            });
  }

  /**
   * Loads the engine with {@link ThreadOptions#AUTO}.
   *
   * @param downloadNatives whether DJL may fetch a native library that is not on the class path
   * @throws io.l2s.NativesMissingException if there is no native library for this platform
   * @throws NativesLoadException if the library does not load
   */
  public static NativeRuntime start(boolean downloadNatives) {
    return start(downloadNatives, ThreadOptions.AUTO);
  }

  /**
   * Loads the engine.
   *
   * @param downloadNatives whether DJL may fetch a native library that is not on the class path
   * @param threads takes effect at the first start in this JVM; later starts with others are warned
   * @throws io.l2s.NativesMissingException if there is no native library for this platform
   * @throws NativesLoadException if the library does not load
   */
  public static NativeRuntime start(boolean downloadNatives, ThreadOptions threads) {
    return start(downloadNatives, threads, UnaryOperator.identity());
  }

  /**
   * Loads the engine, like {@link #start(boolean, ThreadOptions)}.
   *
   * @param settingNames the name that users know a setting by; its argument is {@code threads} or
   *     {@code wait}, for {@link ThreadOptions#parse}'s arguments. Warnings use these names
   */
  public static NativeRuntime start(
      boolean downloadNatives, ThreadOptions threads, UnaryOperator<String> settingNames) {
    return start(downloadNatives, threads, settingNames, RELEASE_LIMIT);
  }

  static NativeRuntime start(
      boolean downloadNatives,
      ThreadOptions options,
      UnaryOperator<String> settingNames,
      Duration releaseLimit) {
    ComputeThreads threads = Natives.prepare(downloadNatives, options, settingNames);
    NativeRuntime runtime = new NativeRuntime(releaseLimit, threads);
    try {
      runtime.call(runtime::load);
      return runtime;
    } catch (EngineException e) {
      runtime.executor.shutdownNow();
      if (downloadNatives) {
        Natives.requireDownloaded(e);
      }
      throw new NativesLoadException(NativeCache.current().problem().orElse(e.getMessage()), e);
    } catch (RuntimeException e) {
      runtime.executor.shutdownNow();
      throw e;
    }
  }

  private Void load() {
    Engine engine = Natives.engine();
    // Per thread; left on, the first two calls of every new shape compile for 10 to 22 ms.
    JniUtils.setGraphExecutorOptimize(false);
    // Per thread as well: gradients flow within Gradients only.
    JniUtils.setGradMode(false);
    gpuCount = engine.getGpuCount();
    threads.bind();
    ComputeThreads.adapt();
    root = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch");
    return null;
  }

  /**
   * Runs {@code work} on the native thread and waits for it; runs it at once if called there.
   *
   * @throws L2sException as thrown by {@code work}
   * @throws UncheckedIOException as thrown by {@code work}; any other failure arrives as {@link
   *     EngineException}
   * @throws CancellationException if the caller is interrupted while it waits
   * @throws ModelClosedException if the runtime is closed
   */
  public <T> T call(Callable<T> work) {
    if (Thread.currentThread() == thread) {
      return translated(work);
    }
    FutureTask<T> task = new FutureTask<>(() -> translated(work));
    execute(task);
    return awaited(task, () -> task.cancel(false));
  }

  /**
   * Like {@link #call} for {@code work} that makes something which holds native memory: where the
   * caller is interrupted, it is closed as soon as it is there.
   */
  public <T extends AutoCloseable> T open(Callable<T> work) {
    if (Thread.currentThread() == thread) {
      return translated(work);
    }
    AtomicBoolean abandoned = new AtomicBoolean();
    FutureTask<T> task = new FutureTask<>(() -> abandoned.get() ? null : translated(work));
    execute(task);
    return awaited(
        task,
        () -> {
          abandoned.set(true);
          executor.execute(() -> closeResult(task));
        });
  }

  private static <T> T awaited(FutureTask<T> task, Runnable onInterrupt) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      onInterrupt.run();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the native thread");
    } catch (ExecutionException e) {
      throw unchecked(e);
    }
  }

  /** Closes the result of a finished task; the executor runs this after it. */
  private static void closeResult(FutureTask<? extends AutoCloseable> task) {
    try (AutoCloseable made = task.get()) {
      LOG.debug("closing {}, whose caller was interrupted", made);
    } catch (Exception e) {
      LOG.debug("what an interrupted caller wanted was not made", e);
    }
  }

  /**
   * Runs {@code work}, which frees something, on the native thread and waits for it even if the
   * caller is interrupted, whose flag stays set. Does nothing once the runtime is closed. If the
   * native thread does not come to it within a minute, as a native call hangs, the caller
   * continues; {@code work} is done when that call returns, if it ever does.
   *
   * @throws L2sException as thrown by {@code work}; any other failure arrives as {@link
   *     EngineException}
   */
  public void release(Runnable work) {
    if (Thread.currentThread() == thread) {
      translated(Executors.callable(work));
      return;
    }
    FutureTask<Object> task = new FutureTask<>(() -> translated(Executors.callable(work)));
    try {
      execute(task);
    } catch (ModelClosedException e) {
      return;
    }
    boolean interrupted = false;
    try {
      long until = System.nanoTime() + releaseLimit.toNanos();
      while (true) {
        try {
          // Whoever comes while an earlier one is overdue would wait in vain as well.
          task.get(overdue.isDone() ? until - System.nanoTime() : 0, TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          overdue = task;
          LOG.warn(
              "A native call has not returned within {}; what was to be freed stays until it does",
              releaseLimit);
          return;
        } catch (ExecutionException e) {
          throw unchecked(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException failure) {
      return failure;
    }
    throw (Error) e.getCause();
  }

  private static <T> T translated(Callable<T> work) {
    try {
      return work.call();
    } catch (L2sException | UncheckedIOException e) {
      throw e;
    } catch (Exception | LinkageError e) {
      throw new EngineException(Natives.describe(e), e);
    }
  }

  /**
   * Queues {@code work} for the native thread and returns.
   *
   * @throws ModelClosedException if the runtime is closed
   */
  public void execute(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      throw new ModelClosedException();
    }
  }

  /** A scope on the CPU; closing it frees every array made in it. Native thread only. */
  public NDManager newScope() {
    return root.newSubManager();
  }

  /** The threads that compute. */
  public ComputeThreads threads() {
    return threads;
  }

  /** Number of the threads that compute and how they wait, in words. */
  public String describeThreads() {
    return threads.describe();
  }

  /** The devices that the engine sees; no GPU after {@link GpuLoss#giveUp}. */
  public DeviceCatalog devices() {
    return () -> GpuLoss.isGivenUp() ? 0 : gpuCount;
  }

  /**
   * Runs what is queued, then frees everything; later calls are refused. Returns when the native
   * thread has ended: a JVM that exits while it runs can crash. A native call that does not return
   * is waited for during ten seconds only.
   */
  @Override
  public void close() {
    try {
      execute(root::close);
    } catch (ModelClosedException e) {
      return;
    }
    executor.shutdown();
    Thread running = thread;
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    try {
      running.join(LONGEST_CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
