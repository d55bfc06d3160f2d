package io.l2s.autoconfigure;

import org.apache.catalina.startup.Tomcat;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

    @Bean
    DrainingProtocolCustomizer l2sDrainingProtocol(ListableBeanFactory beans) {
      return new DrainingProtocolCustomizer(beans);
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
