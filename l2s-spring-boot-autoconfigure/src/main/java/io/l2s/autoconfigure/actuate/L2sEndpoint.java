package io.l2s.autoconfigure.actuate;

import io.l2s.L2sException;
import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.PropertyNames;
import io.l2s.autoconfigure.ServedModel;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Reports on the models and, where {@code management.endpoint.l2s.access=unrestricted} allows it,
 * reloads them.
 */
@Endpoint(id = "l2s", defaultAccess = Access.READ_ONLY)
public class L2sEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(L2sEndpoint.class);

  private static final int CONFLICT = 409;

  private final HybridLanguageModels models;
  private final ModelReports reports;

  L2sEndpoint(HybridLanguageModels models, ModelReports reports) {
    this.models = models;
    this.reports = reports;
  }

  /** The reports on all models. */
  public record Report(SortedMap<String, ModelReport> models) {}

  /** All models. */
  @ReadOperation
  public Report models() {
    return new Report(reports.all());
  }

  /** One model; null if there is none of this name. */
  @ReadOperation
  public @Nullable ModelReport model(@Selector String name) {
    return reports.of(name).orElse(null);
  }

  /**
   * Loads a model's files again; returns when the new weights serve. Where they cannot be loaded,
   * the former ones continue to serve and the response says why.
   */
  @WriteOperation
  public WebEndpointResponse<Object> reload(@Selector String name) {
    Optional<ServedModel> model = models.find(name);
    if (model.isEmpty()) {
      return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }
    try {
      model.get().reload();
      return new WebEndpointResponse<>(reports.of(name).orElseThrow());
    } catch (L2sException e) {
      LOG.warn("Model {} was not reloaded and serves as before", name, e);
      return notReloaded(e.messageFor(PropertyNames.forModelOf(e)));
    } catch (IllegalStateException e) {
      LOG.warn("Model {} was not reloaded: {}", name, e.getMessage());
      return notReloaded(String.valueOf(e.getMessage()));
    }
  }

  private static WebEndpointResponse<Object> notReloaded(String reason) {
    return new WebEndpointResponse<>(Map.of("notReloaded", reason), CONFLICT);
  }
}
