package io.l2s.autoconfigure.boot4;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;

/**
 * Makes the models members of the group {@code readiness}, unless the application configures that
 * group. Spring Boot keeps a group that is there and adds the probe's path to it.
 */
final class ReadinessGroupPostProcessor implements HealthEndpointGroupsPostProcessor, Ordered {

  @Override
  public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
    return groups.getNames().contains(ReadinessGroup.NAME) ? groups : new WithReadiness(groups);
  }

  /** Before Spring Boot's. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  private record WithReadiness(HealthEndpointGroups others)
      implements HealthEndpointGroups, AdditionalPathsMapper {

    @Override
    public HealthEndpointGroup getPrimary() {
      return others.getPrimary();
    }

    @Override
    public Set<String> getNames() {
      Set<String> names = new TreeSet<>(others.getNames());
      names.add(ReadinessGroup.NAME);
      return names;
    }

    @Override
    public @Nullable HealthEndpointGroup get(String name) {
      return name.equals(ReadinessGroup.NAME) ? new ReadinessGroup() : others.get(name);
    }

    @Override
    public @Nullable List<String> getAdditionalPaths(
        EndpointId endpoint, WebServerNamespace namespace) {
      return others instanceof AdditionalPathsMapper mapper
          ? mapper.getAdditionalPaths(endpoint, namespace)
          : List.of();
    }
  }
}
