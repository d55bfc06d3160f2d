package io.l2s.autoconfigure;

import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.ServingStatistics;
import io.l2s.TextChunk;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model whose weights can be exchanged while it serves. Running requests end on the model that
 * they began on; that model is freed after the last of them.
 */
final class SwappableModel implements HybridLanguageModel {

  private static final Logger LOG = LoggerFactory.getLogger(SwappableModel.class);

  private volatile Generation current;
  private final Runnable onClose;
  private final Consumer<L2sException> onRefusal;
  private final Consumer<L2sException> onFailure;
  private final TemplateUse templateUse = new TemplateUse();
  // Counts of the weights that are freed.
  private FeatureCacheStatistics former = FeatureCacheStatistics.NONE;
  private ServingStatistics formerServing = ServingStatistics.NONE;
  private boolean closed;
  private final Set<Generation> retired = ConcurrentHashMap.newKeySet();

  /**
   * @param first a model that has warmed up, if it is to do so
   * @param onClose runs when this model is closed
   * @param onRefusal receives what {@link #submit} throws, on the caller's thread
   * @param onFailure receives the failure of each request, on a thread of the model
   */
  SwappableModel(
      LoadedModel first,
      Runnable onClose,
      Consumer<L2sException> onRefusal,
      Consumer<L2sException> onFailure) {
    this.current = new Generation(first, this::freed);
    this.onClose = onClose;
    this.onRefusal = onRefusal;
    this.onFailure = onFailure;
  }

  /**
   * Serves all later requests with {@code next}; frees it and returns false if this model is
   * closed.
   */
  boolean swap(LoadedModel next) {
    Generation before;
    synchronized (this) {
      if (closed) {
        next.model().close();
        next.close().run();
        return false;
      }
      before = current;
      current = new Generation(next, this::freed);
      retired.add(before);
    }
    before.retire();
    return true;
  }

  private synchronized void freed(Generation generation) {
    if (retired.remove(generation)) {
      former = generation.statistics().after(former);
      formerServing = generation.loaded.model().servingStatistics().after(formerServing);
    }
  }

  /** The number of requests that run or wait. */
  int inProgress() {
    return current.running.get()
        + retired.stream().mapToInt(generation -> generation.running.get()).sum();
  }

  @Override
  public Set<Route> routes() {
    return current.loaded.model().routes();
  }

  /** The counts since the first request; the warm-up's prompts do not count. */
  @Override
  public synchronized FeatureCacheStatistics featureCacheStatistics() {
    FeatureCacheStatistics before = former;
    for (Generation each : retired) {
      before = each.statistics().after(before);
    }
    return current.statistics().after(before);
  }

  /** The load of the present weights, with the counts since the model was first loaded. */
  @Override
  public synchronized ServingStatistics servingStatistics() {
    ServingStatistics before = formerServing;
    for (Generation each : retired) {
      before = each.loaded.model().servingStatistics().after(before);
    }
    return current.loaded.model().servingStatistics().after(before);
  }

  @Override
  public boolean hasChatTemplate() {
    return current.loaded.model().hasChatTemplate();
  }

  @Override
  public Optional<PromptTemplate> promptTemplate() {
    return current.loaded.model().promptTemplate();
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    promptTemplate().ifPresent(template -> templateUse.see(request, template));
    while (true) {
      Generation generation = current;
      generation.running.incrementAndGet();
      // A model that was exchanged in between may be freed already.
      if (generation == current) {
        try {
          return generation.submit(request, listener, onFailure);
        } catch (L2sException refusal) {
          onRefusal.accept(refusal);
          throw refusal;
        }
      }
      generation.left();
    }
  }

  @Override
  public void close() {
    Generation last;
    onClose.run();
    synchronized (this) {
      closed = true;
      last = current;
    }
    retired.forEach(generation -> generation.close(generation.loaded.retire()));
    last.close(last.loaded.close());
  }

  /** One set of weights with its requests. */
  private static final class Generation {

    private final LoadedModel loaded;
    private final FeatureCacheStatistics warmUp;
    private final Consumer<Generation> onFreed;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean retired;

    /**
     * @param onFreed receives this when its model is closed, so that its counts are final
     */
    Generation(LoadedModel loaded, Consumer<Generation> onFreed) {
      this.loaded = loaded;
      this.onFreed = onFreed;
      this.warmUp = loaded.model().featureCacheStatistics();
    }

    FeatureCacheStatistics statistics() {
      return loaded.model().featureCacheStatistics().since(warmUp);
    }

    GenerationHandle submit(
        GenerationRequest request, GenerationListener listener, Consumer<L2sException> onFailure) {
      try {
        return loaded.model().submit(request, new Leaving(listener, this, onFailure));
      } catch (Throwable e) {
        left();
        throw e;
      }
    }

    void retire() {
      retired = true;
      closeIfIdle();
    }

    void left() {
      running.decrementAndGet();
      closeIfIdle();
    }

    private void closeIfIdle() {
      if (retired && running.get() == 0) {
        // The last event comes on a thread of the model, which close() waits for.
        Thread closing = new Thread(this::closeRetired, "l2s-retire");
        closing.setDaemon(true);
        closing.start();
      }
    }

    private void closeRetired() {
      try {
        close(loaded.retire());
      } catch (RuntimeException e) {
        LOG.warn("The former weights of a reloaded model could not be freed: {}", e.toString());
      }
    }

    void close(Runnable freeParts) {
      if (closed.compareAndSet(false, true)) {
        loaded.model().close();
        onFreed.accept(this);
        freeParts.run();
      }
    }
  }

  /** Notes the end of a request. */
  private record Leaving(
      GenerationListener listener, Generation generation, Consumer<L2sException> onFailure)
      implements GenerationListener {

    @Override
    public void onChunk(TextChunk chunk) {
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      // Before the caller continues, who may close the model and ask what is in progress.
      generation.left();
      listener.onComplete(result);
    }

    @Override
    public void onError(L2sException failure) {
      generation.left();
      try {
        onFailure.accept(failure);
      } finally {
        listener.onError(failure);
      }
    }
  }
}
