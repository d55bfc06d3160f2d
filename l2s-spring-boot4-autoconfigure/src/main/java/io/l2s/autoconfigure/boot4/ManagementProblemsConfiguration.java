package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.web.TomcatProblems;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Tomcat's problems on a management port of its own, which takes no customizer from the
 * application; on Spring Boot 4.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("l2s.web.problem-details")
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(ConfigurableTomcatWebServerFactory.class)
class ManagementProblemsConfiguration {

  @Bean
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> l2sManagementProblems() {
    return factory -> factory.addContextCustomizers(TomcatProblems::addTo);
  }
}
