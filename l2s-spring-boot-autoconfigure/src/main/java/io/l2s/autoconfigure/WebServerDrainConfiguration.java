package io.l2s.autoconfigure;

import org.apache.catalina.startup.Tomcat;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Drains the web server of Spring Boot 3: Tomcat before Spring Boot does, and any once more after
 * the models have closed.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.web.context.WebServerApplicationContext")
class WebServerDrainConfiguration {

  @Bean
  @ConditionalOnMissingBean
  WebServerDrain l2sWebServerDrain(ApplicationContext context) {
    return done -> {
      if (context instanceof WebServerApplicationContext web && web.getWebServer() != null) {
        web.getWebServer().shutDownGracefully(result -> done.run());
      } else {
        done.run();
      }
    };
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({Tomcat.class, TomcatWebServer.class})
  @ConditionalOnProperty(name = "server.shutdown", havingValue = "graceful", matchIfMissing = true)
  static class TomcatConfiguration {

    /** Spring Boot's own factory. One of the application may have a protocol of its own. */
    private static final String FACTORY = "tomcatServletWebServerFactory";

    /** Before the customizers of the application, which may choose another protocol. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> l2sDrainingProtocol(
        ListableBeanFactory beans) {
      return factory -> {
        if (beans.containsBeanDefinition(FACTORY)) {
          factory.setProtocol(DrainingNioProtocol.class.getName());
        }
      };
    }

    @Bean
    @ConditionalOnMissingBean
    TomcatDrain l2sTomcatDrain(ApplicationContext context) {
      return new TomcatDrain(
          () ->
              context instanceof WebServerApplicationContext web
                      && web.getWebServer() instanceof TomcatWebServer server
                  ? server.getTomcat()
                  : null);
    }
  }
}
