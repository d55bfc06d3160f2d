package io.l2s.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A web application on Boot 4 with the starter, Resilience4j and the actuator. */
class Boot4ApplicationTests {

  private static final Path BUNDLE =
      Path.of("../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add").toAbsolutePath();

  private static ConfigurableApplicationContext application;

  @SpringBootApplication
  static class Application {}

  @BeforeAll
  static void start() {
    application =
        SpringApplication.run(
            Application.class,
            "--server.port=0",
            "--server.address=127.0.0.1",
            "--l2s.bundle=" + BUNDLE,
            "--l2s.warm-up=false",
            "--l2s.web.problem-details=true",
            "--spring.web.error.path=/failed",
            "--spring.web.error.include-stacktrace=always",
            "--management.endpoint.health.probes.enabled=true",
            "--management.endpoint.health.show-details=always");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void theTestsRunOnBoot4() {
    assertThat(SpringBootVersion.getVersion()).startsWith("4.");
  }

  @Test
  void theModelAnswersBehindItsBreakers() {
    HybridLanguageModel model = application.getBean(HybridLanguageModel.class);
    assertThat(model.generate(GenerationRequest.of("a b c").withMaxNewTokens(3)).route())
        .isEqualTo(Route.HYBRID);
    assertThat(application.getBean(CircuitBreakerRegistry.class).getAllCircuitBreakers())
        .extracting(breaker -> breaker.getName())
        .contains("l2s-slm");
  }

  @Test
  void healthAndReadinessReportTheModel() throws IOException, InterruptedException {
    assertThat(get("/actuator/health/l2s")).contains("\"status\":\"UP\"", "\"state\":\"ready\"");
    assertThat(get("/actuator/health/readiness")).contains("\"status\":\"UP\"");
  }

  /** Spring's tests pause a context while another one is in use. */
  @Test
  void aContextThatWasPausedAnswersAgain() throws IOException, InterruptedException {
    application.pause();
    application.restart();
    assertThat(get("/actuator/health/l2s")).contains("\"state\":\"ready\"");
    assertThat(application.getBean(HybridLanguageModel.class).generate("a b c").route())
        .isEqualTo(Route.HYBRID);
  }

  @Test
  void whatTomcatRefusesIsAProblem() throws IOException {
    try (Socket client = new Socket("127.0.0.1", port())) {
      client
          .getOutputStream()
          .write(
              "GET /a|b HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400")
          .containsIgnoringCase("Content-Type: application/problem+json")
          .doesNotContain("<html", "Tomcat");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/failed", "/error"})
  void theErrorPathIsNotFound(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  private static String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static HttpResponse<String> send(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static int port() {
    return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }
}
