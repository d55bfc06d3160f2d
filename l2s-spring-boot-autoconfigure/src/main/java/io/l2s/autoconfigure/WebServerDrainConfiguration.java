package io.l2s.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Drains the web server of Spring Boot 3 once more after the models have closed. */
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
}
