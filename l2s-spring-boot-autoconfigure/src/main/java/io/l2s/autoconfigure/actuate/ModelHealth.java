package io.l2s.autoconfigure.actuate;

import io.l2s.autoconfigure.ServedModel.State;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The health of all models together, in no types of a Spring Boot version.
 *
 * @param status code of Spring Boot's status: that of the worst model, {@code UNKNOWN} where no
 *     model has been asked for yet; a model that loads after the application has started does not
 *     count until it is ready
 * @param models state, routes, parts and breakers of each
 */
public record ModelHealth(String status, Map<String, Object> models) {

  public static ModelHealth of(ModelReports reports) {
    @Nullable State worst = null;
    Map<String, Object> models = new LinkedHashMap<>();
    for (Map.Entry<String, ModelReport> each : reports.all().entrySet()) {
      State state = State.valueOf(each.getValue().state().toUpperCase(Locale.ROOT));
      if (!isLoading(state) || !reports.isMadeAtRunTime(each.getKey())) {
        worst = worst == null || state.compareTo(worst) > 0 ? state : worst;
      }
      models.put(each.getKey(), details(each.getValue()));
    }
    return new ModelHealth(worst == null ? "UNKNOWN" : status(worst), models);
  }

  private static boolean isLoading(State state) {
    return state == State.LOADING || state == State.WARMING;
  }

  private static String status(State state) {
    return switch (state) {
      // A degraded model answers, so the application stays in the traffic.
      case READY, DEGRADED -> "UP";
      case LOADING, WARMING, CLOSED -> "OUT_OF_SERVICE";
      case UNRESPONSIVE -> "DOWN";
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
