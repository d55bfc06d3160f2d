package io.l2s.serving;

import io.l2s.EngineException;
import io.l2s.FeatureCacheStatistics;
import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.ServingStatistics;
import io.l2s.WeightsChangedException;
import io.l2s.engine.NativeRuntime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hybrid language model served to any number of threads by the one native thread.
 *
 * <p>Requests are checked and tokenized on the caller's thread and wait in a bounded queue.
 * Requests of one route and of similar length are read and prefilled together. Then they join the
 * running batch of their route, which others leave meanwhile. The default route is {@code HYBRID}
 * if the components make it possible, else {@code LLM_ONLY}, else {@code SLM_ONLY}.
 *
 * <p>The features of recent prompts are kept within {@link ServingOptions#featureCacheBytes}; those
 * of requests in progress are kept beyond it. So a repeated prompt costs no LLM pass. Neither does
 * a prompt that fails on {@code HYBRID} and that the listener submits again for {@code LLM_ONLY}
 * when it receives the failure.
 *
 * <p>While a native call lasts longer than {@link ServingOptions#nativeCallLimit}, all requests
 * fail with {@link ModelUnresponsiveException}. Once a mapped file of weights has been written to,
 * all fail with {@link WeightsChangedException}.
 *
 * <p>Listeners are called on daemon threads of the model, never on the native thread.
 */
public final class ServedLanguageModel implements HybridLanguageModel {

  private static final Logger LOG = LoggerFactory.getLogger(ServedLanguageModel.class);

  private final Map<Route, RoutePath> paths;
  private final Route defaultRoute;
  private final RequestChecks checks;
  private final ServingOptions options;
  private final NativeThread nativeThread;
  private final Surroundings surroundings;
  private final WaitingQueue queue;
  private final FeatureCache cache;
  private final Availability availability;
  private final DecodeLoop loop;
  private final Generation.Watcher watcher = new Watcher();

  /**
   * Serves {@code components} on the thread of {@code runtime}. Both stay the caller's, who closes
   * them after this model.
   *
   * @param responsiveness gets a call when a native call does not return, and when it has returned
   * @throws IllegalArgumentException if the components make no route possible
   */
  public ServedLanguageModel(
      ServedComponents components,
      ServingOptions options,
      NativeRuntime runtime,
      ResponsivenessListener responsiveness) {
    this(
        components,
        options,
        NativeThread.of(runtime),
        Surroundings.real(responsiveness, components::weightsChange),
        ThreadPlan.of(runtime.threads(), components));
    LOG.debug("Serving {} with {}", paths.keySet(), runtime.threads().describe());
  }

  ServedLanguageModel(
      ServedComponents components,
      ServingOptions options,
      NativeThread nativeThread,
      Surroundings surroundings) {
    this(components, options, nativeThread, surroundings, ThreadPlan.UNCHANGED);
  }

  private ServedLanguageModel(
      ServedComponents components,
      ServingOptions options,
      NativeThread nativeThread,
      Surroundings surroundings,
      ThreadPlan threads) {
    this.paths = Routes.of(components, nativeThread);
    this.defaultRoute =
        Route.preferred(paths.keySet())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the components make no route possible: the LLM has no decoder and there"
                            + " is no SLM"));
    this.options = options;
    this.checks = new RequestChecks(paths, route -> Routes.needs(route, components), options);
    this.nativeThread = nativeThread;
    this.surroundings = surroundings;
    ServiceTimes times = new ServiceTimes();
    this.queue = new WaitingQueue(options.queueCapacity(), options.maxBatchSize(), times);
    this.cache = new FeatureCache(options.featureCacheBytes(), nativeThread::newScope);
    this.availability = new Availability(queue, options.nativeCallLimit(), surroundings);
    this.loop =
        new DecodeLoop(
            nativeThread,
            queue,
            new PromptReader(components.llm().encoder(), cache),
            cache,
            availability.watchdog(),
            options,
            threads,
            times,
            surroundings.nanoTime());
  }

  @Override
  public Set<Route> routes() {
    return Collections.unmodifiableSet(EnumSet.copyOf(paths.keySet()));
  }

  @Override
  public boolean hasChatTemplate() {
    return checks.path(defaultRoute).prompts().hasChatTemplate();
  }

  @Override
  public FeatureCacheStatistics featureCacheStatistics() {
    return cache.statistics();
  }

  @Override
  public ServingStatistics servingStatistics() {
    return loop.statistics();
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Objects.requireNonNull(listener, "listener");
    queue.requireOpen();
    Stopwatch stopwatch = new Stopwatch(surroundings.nanoTime());
    RoutePath path = checks.path(request.route().orElse(defaultRoute));
    int[] promptIds = checks.promptIds(path, request);
    Generation generation =
        new Generation(
            path,
            promptIds,
            checks.settings(path, request, promptIds),
            request
                .timeout()
                .or(options.defaults()::timeout)
                .map(Stopwatch::nanos)
                .orElse(Long.MAX_VALUE),
            request.chunkPerToken(),
            stopwatch,
            listener,
            surroundings.listenerThreads(),
            watcher);
    enqueue(generation);
    return () -> cancel(generation);
  }

  private void enqueue(Generation generation) {
    // Pins before the queue can hand it out, so that features shared with others stay.
    if (generation.path().readsFeatures()) {
      cache.pin(generation.key());
    }
    try {
      queue.add(generation);
    } catch (L2sException refused) {
      watcher.featuresReleased(generation);
      throw refused;
    }
    try {
      loop.wake();
    } catch (ModelClosedException e) {
      List<Generation> all = queue.close();
      all.stream().filter(each -> each != generation).forEach(each -> each.fail(e));
      // Otherwise another thread gave it up and its listener has received the failure.
      if (all.contains(generation)) {
        throw e;
      }
    }
  }

  private void cancel(Generation generation) {
    generation.cancel();
    if (queue.remove(generation)) {
      generation.finish(FinishReason.CANCELLED);
    }
  }

  private final class Watcher implements Generation.Watcher {

    @Override
    public void listenerFailed(Generation generation) {
      cancel(generation);
    }

    @Override
    public void ended(Generation generation) {
      queue.forget(generation);
    }

    @Override
    public void featuresReleased(Generation generation) {
      if (generation.path().readsFeatures() && cache.unpin(generation.key())) {
        try {
          loop.wake();
        } catch (ModelClosedException e) {
          // The whole cache has been freed with the native thread.
        }
      }
    }
  }

  /**
   * Refuses new requests, ends all others with {@link ModelClosedException} and returns after their
   * memory is free. It does not wait for a native call that does not return; the memory is freed
   * when that call returns. Events of listeners may arrive after this method has returned.
   * Idempotent and thread-safe; listeners may call it.
   */
  @Override
  public void close() {
    ModelClosedException failure = new ModelClosedException();
    queue.close().forEach(each -> each.fail(failure));
    try {
      CompletableFuture<Void> freed = nativeThread.submit(loop::release);
      CompletableFuture.anyOf(freed, availability.watchdog().unresponsive()).get();
    } catch (ModelClosedException e) {
      // The native thread has ended and freed all native memory.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new EngineException("closing the model failed: " + e.getCause(), e.getCause());
    } finally {
      availability.stop();
    }
  }
}
