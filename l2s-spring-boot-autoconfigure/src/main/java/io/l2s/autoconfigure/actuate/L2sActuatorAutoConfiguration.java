package io.l2s.autoconfigure.actuate;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configuration of the endpoint {@code l2s} and of what {@code info} says of the models. */
@AutoConfiguration(after = L2sAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(HybridLanguageModels.class)
public class L2sActuatorAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ModelReports l2sModelReports(
      HybridLanguageModels models, ObjectProvider<BreakerStates> breakers) {
    return new ModelReports(models, breakers.getIfAvailable(() -> BreakerStates.NONE));
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  L2sEndpoint l2sEndpoint(HybridLanguageModels models, ModelReports reports) {
    return new L2sEndpoint(models, reports);
  }

  @Bean
  @ConditionalOnEnabledInfoContributor("l2s")
  L2sInfoContributor l2sInfoContributor(ModelReports reports) {
    return new L2sInfoContributor(reports);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(CircuitBreakerRegistry.class)
  @ConditionalOnBean(CircuitBreakerRegistry.class)
  static class Breakers {

    @Bean
    BreakerStates l2sBreakerStates(CircuitBreakerRegistry registry) {
      return new RegisteredBreakers(registry);
    }
  }
}
