package io.l2s.autoconfigure.boot4;

import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.autoconfigure.WebServerDrain;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/** Drains the web server of Spring Boot 4 once more after the models have closed. */
@AutoConfiguration(before = L2sAutoConfiguration.class)
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
}
