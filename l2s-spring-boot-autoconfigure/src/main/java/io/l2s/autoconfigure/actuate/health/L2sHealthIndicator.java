package io.l2s.autoconfigure.actuate.health;

import io.l2s.autoconfigure.actuate.ModelHealth;
import io.l2s.autoconfigure.actuate.ModelReports;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** The health of all models together, with the state of each. */
record L2sHealthIndicator(ModelReports reports) implements HealthIndicator {

  @Override
  public Health health() {
    ModelHealth health = ModelHealth.of(reports);
    return Health.status(health.status()).withDetail("models", health.models()).build();
  }
}
