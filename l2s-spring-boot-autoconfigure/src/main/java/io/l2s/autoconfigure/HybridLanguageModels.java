package io.l2s.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All models that are configured or made by a {@link HybridLanguageModelFactory}; thread-safe. A
 * {@link io.l2s.HybridLanguageModel} bean that the application makes otherwise is not among them.
 */
public final class HybridLanguageModels {

  private final Map<String, ServedModel> models = new ConcurrentSkipListMap<>();
  private volatile boolean started;
  private volatile boolean closing;

  HybridLanguageModels() {}

  /** The models in the order of their names. */
  public List<ServedModel> all() {
    return List.copyOf(models.values());
  }

  /** The model of this name. */
  public Optional<ServedModel> find(String name) {
    return Optional.ofNullable(models.get(name));
  }

  void add(ServedModel model) {
    if (models.putIfAbsent(model.name(), model) != null) {
      throw new IllegalArgumentException("there is a model named " + model.name() + " already");
    }
  }

  void remove(ServedModel model) {
    models.remove(model.name(), model);
  }

  /** Later models are made at run time. */
  void started() {
    started = true;
  }

  boolean isStarted() {
    return started;
  }

  /**
   * Takes a closed model off the list after {@code clean}, so that its name is free. When all are
   * closed they stay listed, since reports say then that they are closed.
   */
  synchronized void release(ServedModel model, Runnable clean) {
    if (!closing && models.get(model.name()) == model) {
      try {
        clean.run();
      } finally {
        remove(model);
      }
    }
  }

  /** Closes all; returns whether requests were in progress. */
  boolean close() {
    closing = true;
    boolean busy = false;
    for (ServedModel model : all()) {
      busy |= model.requestsInProgress() > 0;
      model.close();
    }
    return busy;
  }
}
