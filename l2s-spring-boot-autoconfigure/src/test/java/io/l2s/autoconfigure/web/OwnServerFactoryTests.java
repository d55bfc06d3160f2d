package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.autoconfigure.DrainingNioProtocol;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.http11.Http11Nio2Protocol;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;

/** An application of Spring Boot 3 that makes the web server itself. */
class OwnServerFactoryTests {

  private static final String NIO2 = "org.apache.coyote.http11.Http11Nio2Protocol";

  private static ProtocolHandler protocol(Class<?> application) {
    try (ServletWebServerApplicationContext context =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(application)
                .run(
                    "--spring.main.web-application-type=servlet",
                    "--server.port=0",
                    "--spring.main.banner-mode=off")) {
      TomcatWebServer server = (TomcatWebServer) context.getWebServer();
      return server.getTomcat().getConnector().getProtocolHandler();
    }
  }

  @Test
  void theProtocolThatTheApplicationChoosesStays() {
    assertThat(protocol(OwnFactory.class)).isExactlyInstanceOf(Http11Nio2Protocol.class);
  }

  @Test
  void theProtocolThatACustomizerSetsStays() {
    assertThat(protocol(OwnCustomizer.class)).isExactlyInstanceOf(Http11Nio2Protocol.class);
  }

  @Test
  void springBootsOwnServerTakesTheDrainingProtocol() {
    assertThat(protocol(Usual.class)).isInstanceOf(DrainingNioProtocol.class);
  }

  @EnableAutoConfiguration
  static class Usual {

    @Bean
    ScriptedModel model() {
      return new ScriptedModel();
    }
  }

  static class OwnFactory extends Usual {

    @Bean
    TomcatServletWebServerFactory server() {
      TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
      factory.setProtocol(NIO2);
      return factory;
    }
  }

  static class OwnCustomizer extends Usual {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> protocol() {
      return factory -> factory.setProtocol(NIO2);
    }
  }
}
