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

  /** Closes all; returns whether requests were in progress. */
  boolean close() {
    boolean busy = false;
    for (ServedModel model : all()) {
      busy |= model.requestsInProgress() > 0;
      model.close();
    }
    return busy;
  }
}
