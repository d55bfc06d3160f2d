package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.l2s.FinishReason;
import io.l2s.InvalidRequestException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.test.FakeAnswer;
import io.l2s.test.GenerationResultBuilder;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused requests and failures over HTTP: status, field and message. */
class TranslationProblemTests extends TranslationOverHttp {

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
}
