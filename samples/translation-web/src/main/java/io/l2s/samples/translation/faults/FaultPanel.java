package io.l2s.samples.translation.faults;

import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;

/** Puts the faults into every configured model of an application with the profile {@code dev}. */
@Configuration(proxyBeanMethods = false)
@Profile("dev")
class FaultPanel {

  /** Before the circuit breakers, whose order is 0, so that these see the faults. */
  @Bean
  @Order(-1)
  HybridLanguageModelDecorator faultyModels(FaultSwitch faults) {
    return (model, description) -> new FaultyModel(model, faults::faults);
  }
}
