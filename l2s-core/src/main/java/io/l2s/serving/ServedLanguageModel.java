package io.l2s.serving;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.ModelClosedException;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import io.l2s.engine.NativeRuntime;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A hybrid language model served to any number of threads by the one native thread.
 *
 * <p>Requests are checked and tokenised on the caller's thread and wait in a bounded queue. Those
 * of one route and of similar length are read, prefilled and decoded together. The default route is
 * {@code HYBRID} where it is there, else {@code LLM_ONLY}, else {@code SLM_ONLY}.
 *
 * <p>The features of recent prompts are kept within {@link ServingOptions#featureCacheBytes}: a
 * repeated prompt, and one that fails on {@code HYBRID} and is submitted again for {@code
 * LLM_ONLY}, costs no LLM pass. Without the cache, or with a prompt that exceeds it, the LLM reads
 * again.
 *
 * <p>Listeners are called on daemon threads of the model, never on the native thread.
 */
public final class ServedLanguageModel implements HybridLanguageModel {

  private static final int LISTENER_THREADS = 16;
  private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

  private final Map<Route, RoutePath> paths;
  private final Route defaultRoute;
  private final ServingOptions options;
  private final NativeThread nativeThread;
  private final LongSupplier nanoTime;
  private final Executor listenerThreads;
  private final WaitingQueue queue;
  private final DecodeLoop loop;

  /**
   * Serves {@code components} on the thread of {@code runtime}. Both stay the caller's, who closes
   * them after this model.
   *
   * @throws IllegalArgumentException if the components make no route possible
   */
  public ServedLanguageModel(
      ServedComponents components, ServingOptions options, NativeRuntime runtime) {
    this(components, options, NativeThread.of(runtime), listenerThreads(), System::nanoTime);
  }

  ServedLanguageModel(
      ServedComponents components,
      ServingOptions options,
      NativeThread nativeThread,
      Executor listenerThreads,
      LongSupplier nanoTime) {
    this.paths = RoutePath.of(components);
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(
          "the components make no route possible: the LLM has no decoder and there is no SLM");
    }
    this.defaultRoute = paths.keySet().iterator().next();
    this.options = options;
    this.nativeThread = nativeThread;
    this.listenerThreads = listenerThreads;
    this.nanoTime = nanoTime;
    this.queue = new WaitingQueue(options.queueCapacity());
    FeatureCache cache = new FeatureCache(options.featureCacheBytes(), nativeThread::newScope);
    PromptReader reader = new PromptReader(components.llm().encoder(), cache);
    this.loop =
        new DecodeLoop(
            nativeThread, queue, new Admission(nativeThread, reader, queue), cache, options);
  }

  private static Executor listenerThreads() {
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

  @Override
  public Set<Route> routes() {
    return Collections.unmodifiableSet(EnumSet.copyOf(paths.keySet()));
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Objects.requireNonNull(listener, "listener");
    queue.requireOpen();
    Stopwatch stopwatch = new Stopwatch(nanoTime);
    RoutePath path = path(request.route().orElse(defaultRoute));
    int[] promptIds = promptIds(path, request.prompt());
    Generation generation =
        new Generation(
            path,
            promptIds,
            request.maxNewTokens().orElse(options.defaults().maxNewTokens()),
            nanos(request.timeout().or(options.defaults()::timeout)),
            stopwatch,
            listener,
            listenerThreads,
            this::cancel);
    queue.add(generation);
    try {
      loop.wake();
    } catch (ModelClosedException e) {
      queue.close();
      if (queue.remove(generation)) {
        throw e;
      }
    }
    return () -> cancel(generation);
  }

  private RoutePath path(Route route) {
    RoutePath path = paths.get(route);
    if (path == null) {
      String remedy =
          switch (route) {
            case HYBRID -> "HYBRID needs a projector and an SLM";
            case LLM_ONLY -> "LLM_ONLY needs an LLM with a decoder of its own";
            case SLM_ONLY -> "SLM_ONLY needs a bundle that names slmAlone";
          };
      throw new InvalidRequestException(
          "route", "one of " + paths.keySet() + " (" + remedy + ")", route);
    }
    return path;
  }

  private int[] promptIds(RoutePath path, String prompt) {
    if (prompt.length() > options.maxPromptCharacters()) {
      throw new PromptTooLongException(
          "characters", options.maxPromptCharacters(), prompt.length());
    }
    int[] ids = path.prompts().encode(prompt);
    if (ids.length > options.maxPromptTokens()) {
      throw new PromptTooLongException("tokens", options.maxPromptTokens(), ids.length);
    }
    if (ids.length == 0) {
      throw new InvalidRequestException("prompt", "at least 1 token long", "0 tokens");
    }
    return ids;
  }

  private static long nanos(Optional<Duration> timeout) {
    try {
      return timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    } catch (ArithmeticException e) {
      // Longer than 292 years.
      return Long.MAX_VALUE;
    }
  }

  private void cancel(Generation generation) {
    generation.stop();
    if (queue.remove(generation)) {
      generation.finish(FinishReason.CANCELLED);
    }
  }

  /**
   * Refuses new requests, ends all others with {@link ModelClosedException}, frees their memory and
   * returns then. What a listener still has to receive arrives by itself. Idempotent and
   * thread-safe; listeners may call it.
   */
  @Override
  public void close() {
    queue.close();
    loop.failWaiting(new ModelClosedException());
    try {
      // Queued before it is waited for, so that an interrupted close frees everything all the same.
      nativeThread.execute(this::release);
      awaitNativeThread();
    } catch (ModelClosedException e) {
      // The native thread has ended, and all native memory with it: nothing is left to free.
    }
  }

  private void release() {
    loop.release(new ModelClosedException());
  }

  private void awaitNativeThread() {
    boolean interrupted = Thread.interrupted();
    try {
      nativeThread.call(this::release);
    } catch (CancellationException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
