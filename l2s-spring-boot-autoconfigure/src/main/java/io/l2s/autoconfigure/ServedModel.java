package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.serving.ResponsivenessListener;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model of the application with its state; thread-safe. */
public final class ServedModel {

  /** The state of a model at a time, from the best to the worst. */
  public enum State {
    /** It takes requests. */
    READY,
    /**
     * It takes requests, but a circuit breaker keeps some from the route that they ask for. Reports
     * for operators have this state in place of {@link #READY}; {@link ServedModel#state} does not.
     */
    DEGRADED,
    /** Its files are read. */
    LOADING,
    /** It answers prompts of its own before it takes requests. */
    WARMING,
    /** It takes no requests any more. */
    CLOSED,
    /**
     * Requests fail: a native call lasts longer than it may, or a GPU was lost and the model has
     * not moved to the CPU.
     */
    UNRESPONSIVE;

    /** The value in reports. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A model that takes requests. */
  private record Serving(
      HybridLanguageModel decorated,
      SwappableModel swappable,
      ModelDescription description,
      Watch watch) {}

  /** Weights with the watch over them. */
  private record Load(LoadedModel model, Watch watch) {}

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  private final ModelSettings settings;
  private final ModelSource again;
  private final ResponsivenessListener readiness;
  private final boolean madeAtRunTime;
  private final BiConsumer<ServedModel, Runnable> release;
  private volatile State state = State.LOADING;
  private final GpuFallback gpuFallback;
  private volatile @Nullable Serving serving;

  /**
   * @param again loads its files once more
   * @param readiness receives what the model's native calls do to its responsiveness
   * @param madeAtRunTime whether the application had started before
   * @param release receives this model when it is closed, with a task that frees what its
   *     decorators keep
   */
  ServedModel(
      ModelSettings settings,
      ModelSource again,
      ResponsivenessListener readiness,
      boolean madeAtRunTime,
      BiConsumer<ServedModel, Runnable> release) {
    this.settings = settings;
    this.again = again;
    this.readiness = readiness;
    this.madeAtRunTime = madeAtRunTime;
    this.release = release;
    this.gpuFallback = new GpuFallback(this, settings.deviceFallback());
  }

  /** Its name; {@code default} for the model of {@code l2s.*}. */
  public String name() {
    return settings.name();
  }

  /** Whether the application had started before this model was made. */
  public boolean isMadeAtRunTime() {
    return madeAtRunTime;
  }

  public State state() {
    State now = state;
    Serving here = serving;
    boolean down = here != null && here.watch().isDown();
    return now == State.READY && down ? State.UNRESPONSIVE : now;
  }

  /**
   * The model with all decorators, as applications get it.
   *
   * @throws IllegalStateException before it is ready
   */
  public HybridLanguageModel model() {
    return serving().decorated();
  }

  /**
   * Its parts and bounds, since the last reload.
   *
   * @throws IllegalStateException before it is ready
   */
  public ModelDescription description() {
    return serving().description();
  }

  /** The number of requests that wait or run. */
  public int requestsInProgress() {
    Serving now = serving;
    return now == null ? 0 : now.swappable().inProgress();
  }

  /**
   * Loads the model's files again and serves later requests with them. Requests in progress end on
   * the former weights, whose memory is freed then; for that time both need memory. Where the new
   * files cannot be loaded, the former weights continue to serve.
   *
   * <p>The auto-configured parts of the model of {@code l2s.*} are beans: {@code LlmEncoder},
   * {@code Projector} and {@code SlmDecoder}. A reload loads others and closes these, so code that
   * injects them may use them only until then. Parts that the application made are used again.
   *
   * @throws io.l2s.L2sException if the files cannot be loaded
   * @throws IllegalStateException before the model is ready, after it was closed, or if its parts
   *     are not made from files
   */
  public synchronized void reload() {
    Serving before = serving();
    if (state == State.CLOSED) {
      throw closed();
    }
    reload(before, settings.warmUp());
  }

  private void reload(Serving before, boolean warmUp) {
    long began = System.nanoTime();
    Load next = load(again, warmUp);
    if (!before.swappable().swap(next.model())) {
      next.watch().end();
      throw closed();
    }
    Serving now =
        new Serving(
            before.decorated(), before.swappable(), description(next.model()), next.watch());
    serving = now;
    before.watch().end();
    // A close meanwhile has ended only the former watch.
    if (state == State.CLOSED) {
      next.watch().end();
    }
    report("Reloaded", now.description(), next.model(), began);
  }

  private IllegalStateException closed() {
    return new IllegalStateException("model " + name() + " is closed, so it cannot be reloaded");
  }

  private Serving serving() {
    Serving now = serving;
    if (now == null) {
      throw new IllegalStateException("model " + name() + " is not ready, but " + state);
    }
    return now;
  }

  /** Loads the model, wraps it by the decorators from the first to the last, and serves. */
  HybridLanguageModel start(ModelSource first, List<HybridLanguageModelDecorator> decorators) {
    long began = System.nanoTime();
    Load load = load(first, settings.warmUp());
    LoadedModel loaded = load.model();
    ModelDescription description = description(loaded);
    Runnable clean = () -> decorators.forEach(decorator -> decorator.onClose(description));
    SwappableModel swappable =
        new SwappableModel(loaded, () -> onClose(clean), this::name, this::onFailure);
    HybridLanguageModel decorated = swappable;
    try {
      for (HybridLanguageModelDecorator decorator : decorators) {
        decorated = decorator.decorate(decorated, description);
      }
    } catch (RuntimeException | Error e) {
      decorated.close();
      load.watch().end();
      throw e;
    }
    serving = new Serving(decorated, swappable, description, load.watch());
    state = State.READY;
    report("Started", description, loaded, began);
    return decorated;
  }

  private static void report(
      String done, ModelDescription description, LoadedModel loaded, long began) {
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    LOG.info("{} {}", done, description.summary(loaded.threads(), time));
  }

  private Load load(ModelSource source, boolean warmUp) {
    try {
      return loadAndWarmUp(source, warmUp);
    } catch (L2sException e) {
      name(e);
      throw e;
    }
  }

  private Load loadAndWarmUp(ModelSource source, boolean warmUp) {
    Watch watch = new Watch(readiness);
    LoadedModel loaded = source.load(settings.options(), watch);
    try {
      // Before decoration, since a decorator might answer by another route and hide a failure.
      if (warmUp) {
        if (serving == null) {
          state = State.WARMING;
        }
        WarmUp.run(loaded.model(), settings.options());
      }
      return new Load(loaded, watch);
    } catch (RuntimeException | Error e) {
      watch.end();
      loaded.model().close();
      loaded.close().run();
      throw e;
    }
  }

  private void onClose(Runnable clean) {
    state = State.CLOSED;
    Serving last = serving;
    if (last != null) {
      last.watch().end();
    }
    release.accept(this, clean);
  }

  /** Lets messages for operators and clients name the properties of this model. */
  private void name(L2sException failure) {
    if (settings.configured()) {
      failure.setModel(name());
    }
  }

  private void onFailure(L2sException failure) {
    name(failure);
    gpuFallback.onFailure(failure);
  }

  /** Takes the model out of the traffic until it is loaded again. */
  void loseGpu() {
    Serving failed = serving;
    if (failed != null) {
      failed.watch().loseGpu();
    }
  }

  /**
   * Loads the parts that come from files again, which finds no GPU any more. Parts of the
   * application stay where they are, so each route has to answer before the model takes requests.
   *
   * @return false if the model is closed
   */
  synchronized boolean reloadWithoutGpu() {
    Serving before = serving();
    if (state == State.CLOSED) {
      return false;
    }
    reload(before, true);
    return true;
  }

  private ModelDescription description(LoadedModel loaded) {
    return new ModelDescription(
        settings.name(),
        loaded.model().routes(),
        settings.fallback(),
        loaded.bundle(),
        settings.options(),
        loaded.components());
  }

  void close() {
    Serving now = serving;
    if (now != null) {
      now.decorated().close();
    }
  }

  @Override
  public String toString() {
    return "ServedModel[" + name() + ", " + state() + "]";
  }
}
