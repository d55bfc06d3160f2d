package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.DrainingNioProtocol;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.autoconfigure.TomcatDrain;
import io.l2s.autoconfigure.WebServerDrain;
import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Drains the web server of Spring Boot 4: Tomcat before Spring Boot does, and any once more after
 * the models have closed.
 */
@AutoConfiguration(before = L2sAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass(WebServerApplicationContext.class)
public class L2sBoot4AutoConfiguration {

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

    /** A protocol that the application has chosen stays, before or after this. */
    @Bean
    WebServerFactoryCustomizer<TomcatWebServerFactory> l2sDrainingProtocol() {
      return factory -> {
        if (factory.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
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
