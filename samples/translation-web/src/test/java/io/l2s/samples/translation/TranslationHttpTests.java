package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.Timings;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import io.l2s.test.GenerationResultBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The endpoints over real HTTP, on a model that says what the test wants. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "l2s.models.en-fr.bundle=" + TranslationBundleTests.BUNDLE)
class TranslationHttpTests {

  private static final GenerationFailedException ENCODER_BROKE =
      new GenerationFailedException(Component.ENCODER, "the encoder broke", null);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @Autowired private FakeHybridLanguageModel model;
  @LocalServerPort private int port;

  @Test
  void translatesWithTheModelsTemplate() throws Exception {
    model.answer(timed("Guten ", "Tag."));
    HttpResponse<String> response = post("{\"text\": \" Good day. \", \"route\": \"HYBRID\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = json.readTree(response.body());
    assertThat(body.get("text").asText()).isEqualTo("Guten Tag.");
    assertThat(body.at("/sentences/0/route").asText()).isEqualTo("HYBRID");
    assertThat(body.at("/usage/generatedTokens").asInt()).isEqualTo(3);
    assertThat(body.at("/timings/total").asDouble()).isEqualTo(5.0);
    assertThat(model.calls().get(0).request().prompt())
        .isEqualTo("translate English to German: Good day.");
  }

  @Test
  void offersLanguagesAndRoutesOfItsModels() throws Exception {
    JsonNode offer = json.readTree(get("/api/translate").body());
    assertThat(offer.findValuesAsText("to")).contains("German");
    assertThat(offer.findValuesAsText("from")).contains("English");
    assertThat(offer.findValuesAsText("code")).contains("de");
    assertThat(offer.at("/languages/0/routes").toString()).contains("HYBRID");
    assertThat(offer.get("maxCharacters").asInt()).isEqualTo(5000);
  }

  @Test
  void withoutTheProfileDevThereIsNoFaultPanel() throws Exception {
    assertThat(json.readTree(get("/api/translate").body()).get("faults").asBoolean()).isFalse();
    assertThat(get("/api/faults").statusCode()).isEqualTo(404);
  }

  @Test
  void translatesATextSentenceBySentenceAndKeepsItsLineBreaks() throws Exception {
    model.answer(
        request -> {
          String source = request.prompt().substring("translate English to German: ".length());
          return timed("<" + source, ">");
        });
    String text = "One. Two!  Mr. Three?\n\n Four\nFive.";
    JsonNode body = json.readTree(post(json.writeValueAsString(Map.of("text", text))).body());
    assertThat(body.get("text").asText())
        .isEqualTo("<One.> <Two!>  <Mr. Three?>\n\n <Four>\n<Five.>");
    assertThat(body.get("sentences")).hasSize(5);
    assertThat(body.at("/usage/generatedTokens").asInt()).isEqualTo(15);
    assertThat(body.at("/timings/total").asDouble()).isEqualTo(25.0);
    String events = stream(json.writeValueAsString(Map.of("text", text))).body();
    assertThat(events)
        .containsSubsequence(
            "<One.>", "event:sentence", "{\"text\":\" \"}", "<Two!>", "<Five.>", "event:done");
  }

  @Test
  void aFailureInTheSecondSentenceEndsTheStreamWithItsProblem() throws Exception {
    model.answer(
        request ->
            request.prompt().endsWith("Two.")
                ? FakeAnswer.refusal(new QueueFullException(4))
                : FakeAnswer.of("Eins."));
    String events = stream("{\"text\": \"One. Two. Three.\"}").body();
    assertThat(events)
        .containsSubsequence("Eins.", "event:sentence", "event:problem", "\"status\":503")
        .doesNotContain("event:done");
    assertThat(model.calls()).hasSize(1);
  }

  @Test
  void settingsReachTheModel() throws Exception {
    model.answer("x");
    post("{\"text\": \"Hello\", \"temperature\": 0.5, \"seed\": 7, \"maxNewTokens\": 9}");
    GenerationRequest sampled = model.calls().get(0).request();
    assertThat(sampled.options().sampling())
        .hasValueSatisfying(
            it -> {
              assertThat(it.temperature()).isEqualTo(0.5);
              assertThat(it.seed()).hasValue(7);
            });
    assertThat(sampled.maxNewTokens()).hasValue(9);
    post("{\"text\": \"Hello\", \"numBeams\": 3}");
    assertThat(model.calls().get(1).request().options().numBeams()).isEqualTo(3);
  }

  @Test
  void beamsWithATemperatureAre422() throws Exception {
    String body = "{\"text\": \"Hello\", \"numBeams\": 2, \"temperature\": 0.5}";
    assertProblem(post(body), 422, "numBeams");
    assertProblem(stream(body), 422, "numBeams");
  }

  @Test
  void unknownLanguageIs422NamingTheKnownOnes() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"Hello\", \"language\": \"Klingon\"}");
    assertProblem(response, 422, "language");
    assertThat(response.body()).contains("German", "Klingon");
  }

  @Test
  void alternativesTakeOneSentence() throws Exception {
    assertProblem(
        http.send(
            request("/api/translate/alternatives", "{\"text\": \"One. Two.\"}"),
            HttpResponse.BodyHandlers.ofString()),
        422,
        "text");
  }

  @Test
  void textOverTheLimitIs413() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"" + "a".repeat(5_001) + "\"}");
    assertProblem(response, 413, "text");
    assertThat(response.body())
        .contains("text must be at most 5000 characters long, but was 5001 characters");
  }

  @Test
  void anAnswerByAnotherRouteSaysWhy() throws Exception {
    model.answer(
        FakeAnswer.of(
            GenerationResultBuilder.of("Guten Tag.")
                .build()
                .withDegradation(
                    new Degradation(
                        Route.HYBRID,
                        Degradation.Cause.SLM_FAILED,
                        "/srv/models/slm broke",
                        List.of(
                            new Degradation.Attempt(
                                Route.HYBRID,
                                Degradation.Cause.SLM_FAILED,
                                "/srv/models/slm broke"),
                            new Degradation.Attempt(
                                Route.SLM_ONLY,
                                Degradation.Cause.CIRCUIT_OPEN,
                                "a breaker is open"))))));
    JsonNode degradation =
        json.readTree(post("{\"text\": \"Good day.\"}").body()).at("/sentences/0/degradation");
    assertThat(degradation.get("requested").asText()).isEqualTo("HYBRID");
    assertThat(degradation.get("cause").asText()).isEqualTo("SLM_FAILED");
    assertThat(degradation.get("message").asText()).isEqualTo("slm broke");
    assertThat(degradation.at("/attempts/0/message").asText()).isEqualTo("slm broke");
    assertThat(degradation.at("/attempts/1/route").asText()).isEqualTo("SLM_ONLY");
    assertThat(degradation.at("/attempts/1/cause").asText()).isEqualTo("CIRCUIT_OPEN");
  }

  @Test
  void streamsChunksThenTheResult() throws Exception {
    model.answer("Guten ", "Tag.");
    String events = stream("{\"text\": \"Good day.\", \"route\": \"hybrid\"}").body();
    assertThat(events)
        .contains("event:chunk", "{\"text\":\"Guten \"}", "{\"text\":\"Tag.\"}", "event:done")
        .doesNotContain("event:problem");
  }

  @Test
  void failureAfterTheFirstChunkArrivesAsAnEvent() throws Exception {
    model.answer(
        FakeAnswer.failure(
            new GenerationFailedException(Component.SLM, "the decoder broke", null), "Guten "));
    String events = stream("{\"text\": \"Good day.\"}").body();
    assertThat(events).contains("event:problem", "the decoder broke").doesNotContain("event:done");
  }

  @Test
  @Timeout(60)
  void clientThatLeavesCancelsTheGeneration() throws Exception {
    model.answer(FakeAnswer.endless("x".repeat(8192), Duration.ofMillis(1)));
    HttpRequest request = request("/api/translate/stream", "{\"text\": \"Hello\"}");
    InputStream stream = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    assertThat(stream.read()).isNotNegative();
    stream.close();
    assertThat(model.calls().get(0).end().get(30, TimeUnit.SECONDS).finishReason())
        .isEqualTo(FinishReason.CANCELLED);
  }

  @Test
  void failureBeforeTheFirstPieceDecidesTheStatusOfAStream() throws Exception {
    model.answer(FakeAnswer.failure(ENCODER_BROKE));
    HttpResponse<String> response = stream("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4097, Integer.MAX_VALUE})
  void invalidValueIs422NamingFieldBoundAndValue(int value) throws Exception {
    model.answer("x");
    HttpResponse<String> response = post("{\"text\": \"Hello\", \"maxNewTokens\": " + value + "}");
    assertProblem(response, 422, "maxNewTokens");
    JsonNode body = json.readTree(response.body());
    assertThat(body.get("bound").asText()).contains("4096");
    assertThat(body.get("value").asText()).isEqualTo(Integer.toString(value));
  }

  @Test
  void unknownRouteIs422NamingTheRoutes() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"Hello\", \"route\": \"FAST\"}");
    assertProblem(response, 422, "route");
    assertThat(response.body()).contains("HYBRID", "FAST");
  }

  @Test
  void missingTextIs422() throws Exception {
    assertProblem(post("{\"route\": \"HYBRID\"}"), 422, "text");
    assertProblem(stream("{\"route\": \"HYBRID\"}"), 422, "text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/stream", "/alternatives"})
  void aPromptThatTheModelRefusesIsTheFieldText(String path) throws Exception {
    String body = "{\"text\": \"Hello there\"}";
    model.answer(FakeAnswer.refusal(new PromptTooLongException("characters", 10, 11)));
    assertProblem(postTo("/api/translate" + path, body), 413, "text");
    model.answer(
        FakeAnswer.refusal(new InvalidRequestException("prompt", "at least 1 token long", "0")));
    assertProblem(postTo("/api/translate" + path, body), 422, "text");
  }

  @Test
  void aRefusalInTheSecondSentenceNamesTheFieldInItsEvent() throws Exception {
    model.answer(
        request ->
            request.prompt().endsWith("Two.")
                ? FakeAnswer.refusal(new PromptTooLongException("tokens", 10, 11))
                : FakeAnswer.of("Eins."));
    assertThat(stream("{\"text\": \"One. Two.\"}").body())
        .containsSubsequence("event:problem", "\"field\":\"text\"");
  }

  @Test
  void fullQueueIs503WithRetryAfter() throws Exception {
    model.answer(FakeAnswer.refusal(new QueueFullException(4)));
    HttpResponse<String> response = post("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void modelThatDoesNotRespondIs503() throws Exception {
    model.answer(FakeAnswer.refusal(new ModelUnresponsiveException(Duration.ofSeconds(60))));
    HttpResponse<String> response = post("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("l2s.native-call-limit");
  }

  @Test
  void passedDeadlineIs504() throws Exception {
    model.answer(
        FakeAnswer.of(
            GenerationResultBuilder.of("Guten").finishReason(FinishReason.DEADLINE).build()));
    assertThat(post("{\"text\": \"Hello\"}").statusCode()).isEqualTo(504);
  }

  @Test
  void brokenModelIs500WithoutAStackTrace() throws Exception {
    model.answer(FakeAnswer.failure(ENCODER_BROKE));
    HttpResponse<String> response = post("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("the encoder broke").doesNotContain("at io.l2s");
  }

  @Test
  void malformedJsonIs400() throws Exception {
    HttpResponse<String> response = post("{\"text\": ");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\": \"Hello\", \"maxNewTokens\": \"many\"}",
        "{\"text\": \"Hello\", \"maxNewTokens\": 1.5}",
        "{\"text\": \"Hello\", \"maxNewTokens\": 2147483648}",
        "{\"text\": \"Hello\", \"maxNewTokens\": [1]}"
      })
  void valueOfTheWrongTypeIs422NamingTheField(String body) throws Exception {
    HttpResponse<String> response = post(body);
    assertProblem(response, 422, "maxNewTokens");
    assertThat(response.body()).contains("a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\": 5}", "{\"text\": true}", "{\"text\": [\"Hello\"]}"})
  void aTextThatIsNoneIs422(String body) throws Exception {
    assertProblem(post(body), 422, "text");
  }

  @Test
  void trailingGarbageIs400() throws Exception {
    assertThat(post("{\"text\": \"Hello\"} x").statusCode()).isEqualTo(400);
  }

  @Test
  void anotherContentTypeIs415() throws Exception {
    HttpRequest upload =
        HttpRequest.newBuilder(uri("/api/translate"))
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(HttpRequest.BodyPublishers.ofString("--b--"))
            .build();
    assertProblem(http.send(upload, HttpResponse.BodyHandlers.ofString()), 415, "Content-Type");
  }

  @Test
  void anotherHostIs400() throws Exception {
    try (Socket client = new Socket("localhost", port)) {
      client
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void unknownFieldIs422NamingTheKnownOnes() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"Hello\", \"maxTokens\": 5}");
    assertProblem(response, 422, "maxTokens");
    assertThat(response.body()).contains("maxNewTokens");
  }

  @Test
  void bodyOfFiveMegabytesIs413() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"" + "a".repeat(5 << 20) + "\"}");
    assertProblem(response, 413, "body");
    assertThat(response.body()).contains("at most 1048576 bytes");
  }

  @Test
  void wrongMethodIs405() throws Exception {
    assertThat(get("/api/translate/stream").statusCode()).isEqualTo(405);
  }

  @Test
  void pageIsServed() throws Exception {
    assertThat(get("/").body()).contains("<title>l2s", "tatoeba.org");
  }

  /** An answer whose times are 5 ms each. */
  private static FakeAnswer timed(String... tokens) {
    Duration time = Duration.ofMillis(5);
    return FakeAnswer.of(
        GenerationResultBuilder.of(tokens)
            .timings(new Timings(time, time, time, time, time, time, time))
            .build());
  }

  private void assertProblem(HttpResponse<String> response, int status, String field)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json.readValue(response.body(), Map.class)).containsEntry("field", field);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return http.send(request("/api/translate", body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> postTo(String path, String body) throws Exception {
    return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> stream(String body) throws Exception {
    return http.send(request("/api/translate/stream", body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
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
