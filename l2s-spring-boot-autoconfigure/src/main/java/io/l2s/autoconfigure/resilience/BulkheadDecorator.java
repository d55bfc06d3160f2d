package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;

/** Puts a bulkhead around each model for which the application configures one. */
record BulkheadDecorator(BulkheadRegistry registry) implements HybridLanguageModelDecorator {

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    return registry
        .find(description.resilienceName())
        .<HybridLanguageModel>map(bulkhead -> new BulkheadLanguageModel(model, bulkhead))
        .orElse(model);
  }
}
