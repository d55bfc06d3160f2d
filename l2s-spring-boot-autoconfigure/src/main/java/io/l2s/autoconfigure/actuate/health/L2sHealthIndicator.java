package io.l2s.autoconfigure.actuate.health;

import io.l2s.autoconfigure.actuate.ModelReport;
import io.l2s.autoconfigure.actuate.ModelReports;
import io.l2s.autoconfigure.actuate.ModelState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * The health of all models together, which is that of the worst, with the state of each. Unknown
 * where no model has been asked for yet.
 */
record L2sHealthIndicator(ModelReports reports) implements HealthIndicator {

  @Override
  public Health health() {
    ModelState worst = ModelState.READY;
    Map<String, Object> models = new LinkedHashMap<>();
    for (Map.Entry<String, ModelReport> each : reports.all().entrySet()) {
      ModelState state = ModelState.valueOf(each.getValue().state().toUpperCase(Locale.ROOT));
      worst = state.compareTo(worst) > 0 ? state : worst;
      models.put(each.getKey(), details(each.getValue()));
    }
    Status status = models.isEmpty() ? Status.UNKNOWN : status(worst);
    return Health.status(status).withDetail("models", models).build();
  }

  private static Status status(ModelState state) {
    return switch (state) {
      // A degraded model answers, so the application stays in the traffic.
      case READY, DEGRADED -> Status.UP;
      case LOADING, WARMING, CLOSED -> Status.OUT_OF_SERVICE;
      case UNRESPONSIVE -> Status.DOWN;
    };
  }

  private static Map<String, Object> details(ModelReport report) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("state", report.state());
    if (report.routes() != null) {
      details.put("routes", report.routes());
      details.put("components", Objects.requireNonNull(report.components()));
      details.put("breakers", Objects.requireNonNull(report.breakers()));
    }
    return details;
  }
}
