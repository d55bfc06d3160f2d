package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Timings;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import io.l2s.test.GenerationResultBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/** The sample over real HTTP, on a model that says what the test wants. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "l2s.models.en-fr.bundle=" + TranslationBundleTests.BUNDLE)
@Import(TranslationOverHttp.Beans.class)
abstract class TranslationOverHttp {

  static final GenerationFailedException ENCODER_BROKE =
      new GenerationFailedException(Component.ENCODER, "the encoder broke", null);

  final HttpClient http = HttpClient.newHttpClient();

  final ObjectMapper json = new ObjectMapper();

  @Autowired FakeHybridLanguageModel model;

  @LocalServerPort int port;

  /** An answer whose times are 5 ms each. */
  static FakeAnswer timed(String... tokens) {
    Duration time = Duration.ofMillis(5);
    return FakeAnswer.of(
        GenerationResultBuilder.of(tokens)
            .timings(new Timings(time, time, time, time, time, time, time))
            .build());
  }

  void assertProblem(HttpResponse<String> response, int status, String field) throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json.readValue(response.body(), Map.class)).containsEntry("field", field);
  }

  HttpResponse<String> post(String body) throws Exception {
    return http.send(request("/api/translate", body), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> postTo(String path, String body) throws Exception {
    return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> stream(String body) throws Exception {
    return http.send(request("/api/translate/stream", body), HttpResponse.BodyHandlers.ofString());
  }

  HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  @TestConfiguration
  static class Beans {

    @Bean
    @Primary
    FakeHybridLanguageModel model() {
      return FakeHybridLanguageModel.builder()
          .promptTemplate("translate English to German: {source}")
          .build();
    }
  }
}
