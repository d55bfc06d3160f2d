package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.engine.NativeRuntime;
import io.l2s.serving.ResponsivenessListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model of the application with its state; thread-safe. */
public final class ServedModel {

  /** What a model can do at a time. */
  public enum State {
    /** Its files are read. */
    LOADING,
    /** It answers prompts of its own before it takes requests. */
    WARMING_UP,
    /** It takes requests. */
    READY,
    /**
     * Requests fail: a native call lasts longer than it may, or a GPU was lost and the model has
     * not moved to the CPU.
     */
    UNRESPONSIVE,
    /** It takes no requests any more. */
    CLOSED
  }

  /** A model that takes requests. */
  private record Serving(
      HybridLanguageModel decorated, SwappableModel swappable, ModelDescription description) {}

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  private final ModelSettings settings;
  private final ModelSource again;
  private final ResponsivenessListener readiness;
  private volatile State state = State.LOADING;
  private volatile boolean responsive = true;
  private final AtomicBoolean gpuLost = new AtomicBoolean();
  private volatile @Nullable Serving serving;

  /**
   * @param again loads its files once more
   * @param readiness receives what the model's native calls do to its responsiveness
   */
  ServedModel(ModelSettings settings, ModelSource again, ResponsivenessListener readiness) {
    this.settings = settings;
    this.again = again;
    this.readiness = readiness;
  }

  /** Its name; {@code default} for the model of {@code l2s.*}. */
  public String name() {
    return settings.name();
  }

  public State state() {
    State now = state;
    return now == State.READY && !responsive ? State.UNRESPONSIVE : now;
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
   * What it is made of, since the last reload.
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
   * files cannot be loaded, the former weights go on serving.
   *
   * @throws io.l2s.L2sException if the files cannot be loaded
   * @throws IllegalStateException before the model is ready, or if its parts are not made from
   *     files
   */
  public synchronized void reload() {
    Serving before = serving();
    long began = System.nanoTime();
    LoadedModel next = load(again);
    before.swappable().swap(next);
    Serving now = new Serving(before.decorated(), before.swappable(), description(next));
    serving = now;
    report("Reloaded", now.description(), next, began);
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
    LoadedModel loaded = load(first);
    SwappableModel swappable =
        new SwappableModel(loaded, () -> state = State.CLOSED, this::onFailure);
    HybridLanguageModel decorated = swappable;
    ModelDescription description = description(loaded);
    try {
      for (HybridLanguageModelDecorator decorator : decorators) {
        decorated = decorator.decorate(decorated, description);
      }
    } catch (RuntimeException | Error e) {
      decorated.close();
      throw e;
    }
    serving = new Serving(decorated, swappable, description);
    state = State.READY;
    report("Started", description, loaded, began);
    return decorated;
  }

  private static void report(
      String done, ModelDescription description, LoadedModel loaded, long began) {
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    LOG.info("{} {}", done, description.summary(loaded.threads(), time));
  }

  private LoadedModel load(ModelSource source) {
    LoadedModel loaded = source.load(settings.options(), this::onResponsiveness);
    try {
      // Before decoration, since a decorator might answer by another route and hide a failure.
      if (settings.warmUp()) {
        if (serving == null) {
          state = State.WARMING_UP;
        }
        WarmUp.run(loaded.model(), settings.options());
      }
      return loaded;
    } catch (RuntimeException | Error e) {
      loaded.model().close();
      loaded.close().run();
      throw e;
    }
  }

  private void onResponsiveness(boolean responsive) {
    this.responsive = responsive;
    readiness.onChange(responsive);
  }

  private void onFailure(L2sException failure) {
    if (!NativeRuntime.isGpuLost(failure) || !gpuLost.compareAndSet(false, true)) {
      return;
    }
    NativeRuntime.giveUpGpus();
    onResponsiveness(false);
    if (settings.deviceFallback()) {
      LOG.error("Model {} has lost its GPU and moves to the CPU: {}", name(), failure.toString());
      // The failure is reported on a thread of the model that is replaced.
      Thread moving = new Thread(this::moveToCpu, "l2s-move");
      moving.setDaemon(true);
      moving.start();
    } else {
      LOG.error(
          "Model {} has lost its GPU; start the application anew: {}", name(), failure.toString());
    }
  }

  private void moveToCpu() {
    try {
      reload();
      onResponsiveness(true);
    } catch (RuntimeException e) {
      LOG.error("Model {} cannot move to the CPU; start the application anew", name(), e);
    }
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
