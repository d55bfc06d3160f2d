package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.web.TomcatProblems;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Auto-configuration of {@code l2s.web.problem-details} for Tomcat. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(ConfigurableTomcatWebServerFactory.class)
public class L2sBoot4TomcatAutoConfiguration {

  @Bean
  @ConditionalOnBooleanProperty("l2s.web.problem-details")
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> l2sTomcatProblems() {
    return factory -> factory.addContextCustomizers(TomcatProblems::addTo);
  }
}
