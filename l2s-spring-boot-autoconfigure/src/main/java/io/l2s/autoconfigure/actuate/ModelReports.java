package io.l2s.autoconfigure.actuate;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.ServingStatistics;
import io.l2s.assembly.ComponentDescription;
import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.autoconfigure.ModelPart;
import io.l2s.autoconfigure.ServedModel;
import io.l2s.autoconfigure.ServedModel.State;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reports on the models that there are; loads none. Thread-safe. */
public final class ModelReports {

  private final HybridLanguageModels models;
  private final BreakerStates breakers;

  ModelReports(HybridLanguageModels models, BreakerStates breakers) {
    this.models = models;
    this.breakers = breakers;
  }

  /** The reports by the names of the models. */
  public SortedMap<String, ModelReport> all() {
    SortedMap<String, ModelReport> all = new TreeMap<>();
    models.all().forEach(model -> all.put(model.name(), report(model)));
    return all;
  }

  /** The report on the model of this name. */
  public Optional<ModelReport> of(String name) {
    return models.find(name).map(this::report);
  }

  /** Whether the application had started before the model of this name was made. */
  boolean isMadeAtRunTime(String name) {
    return models.find(name).filter(ServedModel::isMadeAtRunTime).isPresent();
  }

  private ModelReport report(ServedModel served) {
    State state = served.state();
    return switch (state) {
      case LOADING, WARMING ->
          new ModelReport(state.key(), null, null, null, null, null, null, null);
      case READY, DEGRADED, UNRESPONSIVE, CLOSED -> report(served, state);
    };
  }

  private ModelReport report(ServedModel served, State state) {
    ModelDescription description = served.description();
    HybridLanguageModel model = served.model();
    Map<String, String> breakerStates = breakers.of(description);
    boolean degraded = breakerStates.values().stream().anyMatch(each -> !passes(each));
    ServingStatistics serving = model.servingStatistics();
    return new ModelReport(
        (state == State.READY && degraded ? State.DEGRADED : state).key(),
        new TreeSet<>(description.routes()),
        description.bundle().map(Bundle::directory).map(Object::toString).orElse(null),
        description.bundle().map(Bundle::sha256).orElse(Map.of()),
        components(description),
        new ModelReport.Queue(
            serving.waiting(),
            description.options().queueCapacity(),
            served.requestsInProgress(),
            serving.decoding(),
            description.options().maxBatchSize()),
        model.featureCacheStatistics(),
        breakerStates);
  }

  /** Whether a breaker in {@code state} lets every request through. */
  private static boolean passes(String state) {
    return switch (state) {
      case "CLOSED", "DISABLED", "METRICS_ONLY" -> true;
      default -> false;
    };
  }

  private static SortedMap<String, ComponentDescription> components(ModelDescription description) {
    SortedMap<String, ComponentDescription> components = new TreeMap<>();
    for (Map.Entry<ModelPart, ComponentDescription> each : description.components().entrySet()) {
      String name = each.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-');
      components.put(name, each.getValue());
    }
    return components;
  }
}
