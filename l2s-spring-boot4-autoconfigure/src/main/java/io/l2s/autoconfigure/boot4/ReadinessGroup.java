package io.l2s.autoconfigure.boot4;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/** Spring Boot's own readiness group for probes, with the models as a further member. */
record ReadinessGroup() implements HealthEndpointGroup {

  static final String NAME = "readiness";

  private static final Set<String> MEMBERS = Set.of("readinessState", "l2s");

  @Override
  public boolean isMember(String name) {
    return MEMBERS.contains(name);
  }

  @Override
  public boolean showComponents(SecurityContext securityContext) {
    return false;
  }

  @Override
  public boolean showDetails(SecurityContext securityContext) {
    return false;
  }

  @Override
  public StatusAggregator getStatusAggregator() {
    return StatusAggregator.getDefault();
  }

  @Override
  public HttpCodeStatusMapper getHttpCodeStatusMapper() {
    return HttpCodeStatusMapper.DEFAULT;
  }

  /** None: Spring Boot adds the path of the probe. */
  @Override
  public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
    return null;
  }
}
