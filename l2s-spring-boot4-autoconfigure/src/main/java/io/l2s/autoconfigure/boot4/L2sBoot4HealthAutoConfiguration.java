package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.actuate.L2sActuatorAutoConfiguration;
import io.l2s.autoconfigure.actuate.ModelReports;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the models' health, alone and as part of readiness. */
@AutoConfiguration(
    after = {L2sActuatorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class},
    before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, HealthContributorAutoConfiguration.class})
@ConditionalOnBean(ModelReports.class)
@ConditionalOnEnabledHealthIndicator("l2s")
public class L2sBoot4HealthAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "l2sHealthIndicator")
  HealthIndicator l2sHealthIndicator(ModelReports reports) {
    return new Boot4HealthIndicator(reports);
  }

  @Bean
  @ConditionalOnBean(name = "availabilityProbesHealthEndpointGroupsPostProcessor")
  ReadinessGroupPostProcessor l2sReadinessGroup() {
    return new ReadinessGroupPostProcessor();
  }
}
