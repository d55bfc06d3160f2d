package io.l2s.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Names the models with their routes and parts. */
record L2sInfoContributor(ModelReports reports) implements InfoContributor {

  @Override
  public void contribute(Info.Builder builder) {
    Map<String, Object> models = new LinkedHashMap<>();
    reports
        .all()
        .forEach(
            (name, report) -> {
              Map<String, Object> model = new LinkedHashMap<>();
              if (report.routes() != null) {
                model.put("routes", report.routes());
                model.put("components", report.components());
              }
              models.put(name, model);
            });
    builder.withDetail("l2s", Map.of("models", models));
  }
}
