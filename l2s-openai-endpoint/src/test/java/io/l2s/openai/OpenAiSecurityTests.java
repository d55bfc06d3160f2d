package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.l2s.test.AutoConfigureL2sTest;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What one client may take, and what pages of other origins may do. */
class OpenAiSecurityTests {

  private static final String PATH = "/v1/completions";
  private static final String BODY =
      "{\"model\": \"l2sHybridLanguageModel\", \"prompt\": \"Hi\", \"stream\": true}";

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  @Nested
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {"l2s.openai.enabled=true", "l2s.openai.max-requests-per-client=2"})
  @AutoConfigureL2sTest
  @Timeout(60)
  class Limits {

    @Autowired private FakeHybridLanguageModel model;
    @LocalServerPort private int port;

    @Test
    void aClientHasAsManyStreamsAsItMayAndAnotherOneAfterOneHasEnded() throws Exception {
      model.answer(FakeAnswer.endless("x", Duration.ofMillis(1)));
      try (Socket first = stream(port);
          Socket second = stream(port)) {
        HttpResponse<String> third = send(request(port));

        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("Retry-After")).contains("1");
        assertThat(third.body()).contains("rate_limit_exceeded", "at most 2 requests in progress");
        assertThat(model.calls()).hasSize(2);

        model.answer("y");
        first.close();
        await().untilAsserted(() -> assertThat(send(request(port)).statusCode()).isEqualTo(200));
      }
    }
  }

  @Nested
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = "l2s.openai.enabled=true")
  @AutoConfigureL2sTest
  class Origins {

    @Autowired private FakeHybridLanguageModel model;
    @LocalServerPort private int port;

    @Test
    void noOtherOriginIsAllowed() throws Exception {
      model.answer("y");

      // Spring 6 refuses it with 403, Spring 7 answers it; a browser asks for the header.
      assertThat(send(preflight(port)).headers().map().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
      assertThat(model.calls()).isEmpty();
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(request(port), (name, value) -> true)
                  .header("Origin", "https://app.example")
                  .build());
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void aFormOfAnotherOriginReachesNoModel() throws Exception {
      HttpRequest form =
          HttpRequest.newBuilder(uri(port))
              .header("Origin", "https://app.example")
              .header("Content-Type", "text/plain")
              .POST(HttpRequest.BodyPublishers.ofString(BODY))
              .build();

      assertThat(send(form).statusCode()).isEqualTo(415);
      assertThat(model.calls()).isEmpty();
    }
  }

  @Nested
  @SpringBootTest(
      classes = {Application.class, Cors.class},
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = "l2s.openai.enabled=true")
  @AutoConfigureL2sTest
  class AllowedOrigin {

    @LocalServerPort private int port;

    @Test
    void theApplicationAllowsAnOriginAsInSpring() throws Exception {
      HttpResponse<String> answer = send(preflight(port));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
          .contains("https://app.example");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Cors {

    @Bean
    WebMvcConfigurer origins() {
      return new WebMvcConfigurer() {
        @Override
        public void addCorsMappings(CorsRegistry registry) {
          registry
              .addMapping("/v1/**")
              .allowedOrigins("https://app.example")
              .allowedMethods("GET", "POST");
        }
      };
    }
  }

  /** A stream whose head has come. */
  private static Socket stream(int port) throws Exception {
    Socket client = new Socket("localhost", port);
    OutputStream out = client.getOutputStream();
    out.write(
        ("POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + BODY.length()
                + "\r\n\r\n"
                + BODY)
            .getBytes(StandardCharsets.UTF_8));
    InputStream in = client.getInputStream();
    assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
    return client;
  }

  private static HttpRequest request(int port) {
    return HttpRequest.newBuilder(uri(port))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }

  private static HttpRequest preflight(int port) {
    return HttpRequest.newBuilder(uri(port))
        .header("Origin", "https://app.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "content-type")
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(int port) {
    return URI.create("http://localhost:" + port + PATH);
  }
}
