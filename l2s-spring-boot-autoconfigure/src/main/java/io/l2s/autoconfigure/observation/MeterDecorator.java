package io.l2s.autoconfigure.observation;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.micrometer.core.instrument.MeterRegistry;

/** Gives each model its meters and returns the model as it is. */
record MeterDecorator(MeterRegistry registry) implements HybridLanguageModelDecorator {

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    new ModelMeters(description.name(), model, description.options()).bindTo(registry);
    return model;
  }

  /** Another model may take the name. */
  @Override
  public void onClose(ModelDescription description) {
    ModelMeters.remove(description.name(), registry);
  }
}
