package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.actuate.ModelHealth;
import io.l2s.autoconfigure.actuate.ModelReports;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health of all models together, with the state of each. */
record Boot4HealthIndicator(ModelReports reports) implements HealthIndicator {

  @Override
  public Health health() {
    ModelHealth health = ModelHealth.of(reports);
    return Health.status(health.status()).withDetail("models", health.models()).build();
  }
}
