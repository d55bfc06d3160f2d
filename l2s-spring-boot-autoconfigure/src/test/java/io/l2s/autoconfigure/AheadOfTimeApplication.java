package io.l2s.autoconfigure;

import io.l2s.GenerationRequest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.springframework.aot.AotDetector;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A web application with two models, which tells who answers and how Tomcat refuses. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
final class AheadOfTimeApplication {

  public static void main(String[] arguments) throws IOException {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(AheadOfTimeApplication.class)
            .web(WebApplicationType.SERVLET)
            .properties(
                "server.port=0",
                "management.server.port=0",
                "l2s.web.problem-details=true",
                "l2s.web.allowed-hosts=localhost",
                "l2s.web.json-body.paths=/api/**",
                "l2s.web.client-limit.paths=/api/**",
                "l2s.warm-up=false",
                "l2s.bundle=" + Models.BUNDLE,
                "l2s.models.second.warm-up=false",
                "l2s.models.second.bundle=" + Models.BUNDLE)
            .run(arguments)) {
      System.out.println("generated code: " + AotDetector.useGeneratedArtifacts());
      GenerationRequest request = GenerationRequest.of("a b c").withMaxNewTokens(3);
      for (ServedModel model : context.getBean(HybridLanguageModels.class).all()) {
        System.out.println(model.name() + " by " + model.model().generate(request).route());
      }
      System.out.println(refusal(context, "local.server.port"));
      System.out.println(refusal(context, "local.management.port"));
    }
  }

  private static String refusal(ConfigurableApplicationContext context, String port)
      throws IOException {
    try (Socket client =
        new Socket(
            "localhost", context.getEnvironment().getRequiredProperty(port, Integer.class))) {
      client
          .getOutputStream()
          .write("GET /a|b HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      client.shutdownOutput();
      return port
          + ": "
          + new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
