package io.l2s.autoconfigure.actuate;

import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A web application with a small model and all endpoints, asked over HTTP. */
final class OperatedApplication implements AutoCloseable {

  static final Path FIXTURES =
      Path.of("../l2s-core/src/test/resources/fixtures").toAbsolutePath().normalize();
  static final Path BUNDLE = FIXTURES.resolve("hybrid-a-t5-t5-add");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final ConfigurableApplicationContext context;

  private OperatedApplication(ConfigurableApplicationContext context) {
    this.context = context;
  }

  static OperatedApplication start(String... properties) {
    return new OperatedApplication(
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.SERVLET)
            .properties(
                "server.port=0",
                "spring.main.banner-mode=off",
                "l2s.bundle=" + BUNDLE,
                "l2s.generation.max-new-tokens=8",
                "l2s.warm-up=false",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always",
                "management.endpoint.health.probes.enabled=true")
            .properties(properties)
            .run());
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return HTTP.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path));
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    SimpleTracer tracer() {
      return new SimpleTracer();
    }

    @Bean
    DefaultTracingObservationHandler tracingHandler(SimpleTracer tracer) {
      return new DefaultTracingObservationHandler(tracer);
    }
  }
}
