package io.l2s.autoconfigure.resilience;

import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once that no circuit breaker guards a model with an SLM, and returns models as they are.
 */
final class UnguardedModels implements HybridLanguageModelDecorator {

  private static final Logger LOG = LoggerFactory.getLogger(UnguardedModels.class);

  private final AtomicBoolean warned = new AtomicBoolean();

  @Override
  public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
    if (description.routes().contains(Route.HYBRID) && warned.compareAndSet(false, true)) {
      LOG.warn(
          "No circuit breaker guards model {}, and no other route answers where its SLM fails,"
              + " since there is no CircuitBreakerRegistry bean; add"
              + " io.github.resilience4j:resilience4j-spring-boot3 for Spring Boot 3, or"
              + " resilience4j-spring-boot4 for Spring Boot 4",
          description.name());
    }
    return model;
  }
}
