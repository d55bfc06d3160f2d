package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;

/** Puts a time limit on each model for which the application configures one. */
record TimeLimiterDecorator(TimeLimiterRegistry registry) implements HybridLanguageModelDecorator {

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    return registry
        .find(description.resilienceName())
        .<HybridLanguageModel>map(limiter -> new TimeLimitedLanguageModel(model, limiter))
        .orElse(model);
  }
}
