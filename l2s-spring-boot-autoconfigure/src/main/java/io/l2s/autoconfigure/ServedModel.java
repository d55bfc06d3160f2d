package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.serving.ResponsivenessListener;
import java.time.Duration;
import java.util.List;
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
    /** A native call lasts longer than it may; requests fail until it returns. */
    UNRESPONSIVE,
    /** It takes no requests any more. */
    CLOSED
  }

  /** A model that takes requests. */
  private record Serving(
      HybridLanguageModel decorated, SwappableModel swappable, ModelDescription description) {}

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  private final String name;
  private final ServingOptions options;
  private final boolean warmUp;
  private final ModelSource again;
  private final ResponsivenessListener readiness;
  private volatile State state = State.LOADING;
  private volatile boolean responsive = true;
  private volatile @Nullable Serving serving;

  /**
   * @param warmUp whether it answers prompts of its own before it takes requests
   * @param again loads its files once more
   * @param readiness receives what the model's native calls do to its responsiveness
   */
  ServedModel(
      String name,
      ServingOptions options,
      boolean warmUp,
      ModelSource again,
      ResponsivenessListener readiness) {
    this.name = name;
    this.options = options;
    this.warmUp = warmUp;
    this.again = again;
    this.readiness = readiness;
  }

  /** Its name; {@code default} for the model of {@code l2s.*}. */
  public String name() {
    return name;
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
      throw new IllegalStateException("model " + name + " is not ready, but " + state);
    }
    return now;
  }

  /** Loads the model, wraps it by the decorators from the first to the last, and serves. */
  HybridLanguageModel start(ModelSource first, List<HybridLanguageModelDecorator> decorators) {
    long began = System.nanoTime();
    LoadedModel loaded = load(first);
    SwappableModel swappable = new SwappableModel(loaded, () -> state = State.CLOSED);
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
    LoadedModel loaded = source.load(options, this::onResponsiveness);
    try {
      // Before decoration, since a decorator might answer by another route and hide a failure.
      if (warmUp) {
        if (serving == null) {
          state = State.WARMING_UP;
        }
        WarmUp.run(loaded.model(), options);
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

  private ModelDescription description(LoadedModel loaded) {
    return new ModelDescription(
        name, loaded.model().routes(), loaded.bundle(), options, loaded.components());
  }

  void close() {
    Serving now = serving;
    if (now != null) {
      now.decorated().close();
    }
  }

  @Override
  public String toString() {
    return "ServedModel[" + name + ", " + state() + "]";
  }
}
