package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.test.AutoConfigureL2sTest;
import io.l2s.test.FakeHybridLanguageModel;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;

/** The endpoint of an application with a context path and a servlet path. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "server.servlet.context-path=/shop",
      "spring.mvc.servlet.path=/app",
      "l2s.openai.enabled=true",
      "l2s.openai.body-timeout=300ms"
    })
@AutoConfigureL2sTest
@Timeout(60)
class OpenAiPathTests {

  private static final String PATH = "/shop/app/v1/completions";
  private static final String BODY = "{\"model\": \"l2sHybridLanguageModel\", \"prompt\": \"Hi\"}";

  @Autowired private FakeHybridLanguageModel model;
  @LocalServerPort private int port;

  @Test
  void itAnswersBelowBothPaths() throws Exception {
    model.answer("Guten Tag.");

    HttpResponse<String> response = post("application/json");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("Guten Tag.");
  }

  @Test
  void itsFilterRefusesOtherContentTypesThere() throws Exception {
    HttpResponse<String> response = post("text/plain");

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("unsupported_media_type");
  }

  @Test
  void itsFilterRefusesSlowBodiesThere() throws IOException {
    try (Socket client = new Socket("localhost", port)) {
      client
          .getOutputStream()
          .write(
              ("POST "
                      + PATH
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 1000\r\nConnection: close\r\n\r\n{")
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 408");
    }
  }

  private HttpResponse<String> post(String contentType) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + PATH))
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
