package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationRequest;
import io.l2s.LanguageModel;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A Spring MVC application on a scripted model, and its clients. */
final class MvcApplication {

  static final int THREADS = 4;

  /** Texts at whose end the application's function throws or makes something without JSON. */
  static final String UNREADY = "unready";

  static final String UNWRITABLE = "unwritable";

  static final ScriptedModel MODEL = new ScriptedModel();

  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private MvcApplication() {}

  static ConfigurableApplicationContext start(String bodyTimeout, String... further) {
    return new SpringApplicationBuilder(Application.class)
        .properties(further)
        .run(
            "--spring.main.web-application-type=servlet",
            "--server.port=0",
            "--server.shutdown=graceful",
            "--server.tomcat.threads.max=" + THREADS,
            "--spring.main.banner-mode=off",
            "--spring.jackson.deserialization.fail-on-unknown-properties=true",
            "--l2s.web.problem-details=true",
            "--l2s.web.strict-json=true",
            "--l2s.web.allowed-hosts=localhost",
            "--l2s.web.json-body.paths=/api/**",
            "--l2s.web.json-body.max-size=100KB",
            "--l2s.web.json-body.timeout=" + bodyTimeout);
  }

  static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body())
        .contains("\"status\":" + status, HttpStatus.valueOf(status).getReasonPhrase());
  }

  static HttpResponse<String> post(ConfigurableApplicationContext to, String path, String body)
      throws Exception {
    return HTTP.send(request(to, path, body), HttpResponse.BodyHandlers.ofString());
  }

  static HttpRequest request(ConfigurableApplicationContext to, String path, String body) {
    return HttpRequest.newBuilder(uri(to, path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  static URI uri(ConfigurableApplicationContext to, String path) {
    return URI.create("http://localhost:" + port(to) + path);
  }

  static int port(ConfigurableApplicationContext of) {
    return of.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** Sends the head of a request and {@code begin} of its body. */
  static Socket open(ConfigurableApplicationContext to, String host, int length, String begin)
      throws IOException {
    Socket client = new Socket("localhost", port(to));
    client
        .getOutputStream()
        .write(
            ("POST /api/answer HTTP/1.1\r\nHost: "
                    + host
                    + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                    + length
                    + "\r\n\r\n"
                    + begin)
                .getBytes(StandardCharsets.UTF_8));
    return client;
  }

  static String answer(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @EnableAutoConfiguration
  @RestController
  static class Application {

    enum Tone {
      PLAIN
    }

    record Question(String text, Integer count, Tone tone) {}

    @Bean
    ScriptedModel model() {
      return MODEL;
    }

    @PostMapping("/api/answer")
    CompletableFuture<String> answer(@RequestBody Question question) {
      LanguageModel model = MODEL;
      return model
          .generateAsync(GenerationRequest.of(question.text()))
          .thenApply(result -> DeadlinePassedException.requireInTime(result).text());
    }

    @PostMapping("/api/stream")
    SseEmitter stream(@RequestBody Question question) {
      return GenerationSse.stream(
          MODEL,
          GenerationRequest.of(question.text()),
          result ->
              switch (question.text()) {
                case UNREADY -> throw new IllegalArgumentException("not ready");
                case UNWRITABLE -> new Unwritable();
                default -> Map.of("whole", result.text());
              });
    }

    static final class Unwritable {
      public String getText() {
        throw new IllegalArgumentException("not written");
      }
    }
  }
}
