package io.l2s.autoconfigure.observation;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;

/** Observes the requests of each model. */
record ObservationDecorator(
    ObservationRegistry registry, GenerationObservationConvention convention)
    implements HybridLanguageModelDecorator {

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    return new ObservedLanguageModel(
        model, description.name(), registry, convention, Clock.systemUTC());
  }
}
