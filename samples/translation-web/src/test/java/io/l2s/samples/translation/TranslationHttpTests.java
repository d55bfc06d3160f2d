package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.ModelUnresponsiveException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.TextChunk;
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

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @Autowired private ScriptedModel model;
  @LocalServerPort private int port;

  @Test
  void translatesWithTheModelsTemplate() throws Exception {
    model.script(ScriptedModel.answering("Guten ", "Tag."));
    HttpResponse<String> response = post("{\"text\": \" Good day. \", \"route\": \"HYBRID\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = json.readTree(response.body());
    assertThat(body.get("text").asText()).isEqualTo("Guten Tag.");
    assertThat(body.at("/sentences/0/route").asText()).isEqualTo("HYBRID");
    assertThat(body.at("/usage/generatedTokens").asInt()).isEqualTo(3);
    assertThat(body.at("/timings/total").asDouble()).isEqualTo(5.0);
    assertThat(model.requests.poll().prompt()).isEqualTo("translate English to German: Good day.");
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
    model.script(
        (request, listener) -> {
          String source = request.prompt().substring("translate English to German: ".length());
          ScriptedModel.answering("<" + source + ">").play(request, listener);
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
    model.script(
        (request, listener) -> {
          if (request.prompt().endsWith("Two.")) {
            throw new QueueFullException(4);
          }
          ScriptedModel.answering("Eins.").play(request, listener);
        });
    String events = stream("{\"text\": \"One. Two. Three.\"}").body();
    assertThat(events)
        .containsSubsequence("Eins.", "event:sentence", "event:problem", "\"status\":503")
        .doesNotContain("event:done");
    assertThat(model.requests).hasSize(2);
  }

  @Test
  void settingsReachTheModel() throws Exception {
    model.script(ScriptedModel.answering("x"));
    post("{\"text\": \"Hello\", \"temperature\": 0.5, \"seed\": 7, \"maxNewTokens\": 9}");
    GenerationRequest sampled = model.requests.take();
    assertThat(sampled.options().sampling())
        .hasValueSatisfying(
            it -> {
              assertThat(it.temperature()).isEqualTo(0.5);
              assertThat(it.seed()).hasValue(7);
            });
    assertThat(sampled.maxNewTokens()).hasValue(9);
    post("{\"text\": \"Hello\", \"numBeams\": 3}");
    assertThat(model.requests.take().options().numBeams()).isEqualTo(3);
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
    assertProblem(response, 413, "prompt");
    assertThat(response.body()).contains("at most 5000 characters");
  }

  @Test
  void anAnswerByAnotherRouteSaysWhy() throws Exception {
    model.script(
        (request, listener) ->
            listener.onComplete(
                ScriptedModel.result("Guten Tag.", FinishReason.EOS)
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
    model.script(ScriptedModel.answering("Guten ", "Tag."));
    String events = stream("{\"text\": \"Good day.\", \"route\": \"hybrid\"}").body();
    assertThat(events)
        .contains("event:chunk", "{\"text\":\"Guten \"}", "{\"text\":\"Tag.\"}", "event:done")
        .doesNotContain("event:problem");
  }

  @Test
  void failureAfterTheFirstChunkArrivesAsAnEvent() throws Exception {
    model.script(
        (request, listener) -> {
          listener.onChunk(new TextChunk("Guten "));
          listener.onError(
              new GenerationFailedException(
                  GenerationFailedException.Component.SLM, "the decoder broke", null));
        });
    String events = stream("{\"text\": \"Good day.\"}").body();
    assertThat(events).contains("event:problem", "the decoder broke").doesNotContain("event:done");
  }

  @Test
  @Timeout(60)
  void clientThatLeavesCancelsTheGeneration() throws Exception {
    model.script((request, listener) -> new Thread(() -> chunksUntilCancelled(listener)).start());
    HttpRequest request = request("/api/translate/stream", "{\"text\": \"Hello\"}");
    InputStream stream = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    assertThat(stream.read()).isNotNegative();
    stream.close();
    assertThat(model.cancelled().await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** One chunk a millisecond, as a fast model. */
  private void chunksUntilCancelled(GenerationListener listener) {
    try {
      while (!model.cancelled().await(1, TimeUnit.MILLISECONDS)) {
        listener.onChunk(new TextChunk("x".repeat(8192)));
      }
      listener.onComplete(ScriptedModel.result("x", FinishReason.CANCELLED));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void failureBeforeTheFirstPieceDecidesTheStatusOfAStream() throws Exception {
    model.script(
        (request, listener) ->
            listener.onError(
                new GenerationFailedException(
                    GenerationFailedException.Component.ENCODER, "the encoder broke", null)));
    HttpResponse<String> response = stream("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4097, Integer.MAX_VALUE})
  void invalidValueIs422NamingFieldBoundAndValue(int value) throws Exception {
    model.script(ScriptedModel.answering("x"));
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

  @Test
  void oversizePromptIs413() throws Exception {
    model.script(
        (request, listener) -> {
          throw new PromptTooLongException("characters", 10, request.prompt().length());
        });
    assertProblem(post("{\"text\": \"Hello there\"}"), 413, "prompt");
  }

  @Test
  void fullQueueIs503WithRetryAfter() throws Exception {
    model.script(
        (request, listener) -> {
          throw new QueueFullException(4);
        });
    HttpResponse<String> response = post("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void modelThatDoesNotRespondIs503() throws Exception {
    model.script(
        (request, listener) -> {
          throw new ModelUnresponsiveException(Duration.ofSeconds(60));
        });
    HttpResponse<String> response = post("{\"text\": \"Hello\"}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("l2s.native-call-limit");
  }

  @Test
  void passedDeadlineIs504() throws Exception {
    model.script(
        (request, listener) ->
            listener.onComplete(ScriptedModel.result("Guten", FinishReason.DEADLINE)));
    assertThat(post("{\"text\": \"Hello\"}").statusCode()).isEqualTo(504);
  }

  @Test
  void brokenModelIs500WithoutAStackTrace() throws Exception {
    model.script(
        (request, listener) ->
            listener.onError(
                new GenerationFailedException(
                    GenerationFailedException.Component.ENCODER, "the encoder broke", null)));
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

  private void assertProblem(HttpResponse<String> response, int status, String field)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json.readValue(response.body(), Map.class)).containsEntry("field", field);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return http.send(request("/api/translate", body), HttpResponse.BodyHandlers.ofString());
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
    ScriptedModel model() {
      return new ScriptedModel();
    }
  }
}
