package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.l2s.Degradation.Cause;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationResult;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.samples.titles.Http.Answer;
import io.l2s.samples.titles.Http.Event;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import io.l2s.test.GenerationResultBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Each error is a problem detail, whichever part of the service refuses or fails. */
@FakeModelTest
class TitleProblemTests {

  private static final String BODY = "{\"text\": \"We present a parser.\"}";

  private static final GenerationFailedException BROKEN =
      new GenerationFailedException(
          GenerationFailedException.Component.SLM, "the model broke", null);

  @Autowired private FakeHybridLanguageModel model;
  @LocalServerPort private int port;
  private Http http;

  @BeforeEach
  void connect() {
    http = new Http(port);
    model.answer("A ", "Parser");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | text
          {"text": null}                              | text
          {"text": " "}                               | text
          {"text": "x", "maxTokens": 0}               | maxTokens
          {"text": "x", "maxTokens": 129}             | maxTokens
          {"text": "x", "maxTokens": "many"}          | maxTokens
          {"text": "x", "alternatives": -1}           | alternatives
          {"text": "x", "alternatives": 5}            | alternatives
          {"text": "x", "route": "SLM_ONLY"}          | route
          {"text": "x", "route": "FASTEST"}           | route
          {"text": "x", "txet": "x"}                  | txet
          {"text": 5}                                 | text
          {"text": 5.5}                               | text
          {"text": true}                              | text
          {"text": ["x"]}                             | text
          {"text": "x", "maxTokens": "8"}             | maxTokens
          {"text": "x", "maxTokens": ""}              | maxTokens
          {"text": "x", "maxTokens": 8.5}             | maxTokens
          {"text": "x", "maxTokens": true}            | maxTokens
          {"text": "x", "maxTokens": 9999999999}      | maxTokens
          {"text": "x", "route": 0}                   | route
          {"text": "x", "route": ""}                  | route
          """)
  void aFieldOfTheWrongTypeOrOutOfBoundsIs422AndNamed(String body, String field) {
    http.post("/api/titles", body).problemOf(422, field);
    http.post("/api/titles/stream", body).problemOf(422, field);
    assertThat(model.calls()).isEmpty();
  }

  @Test
  void aStreamHasNoAlternatives() {
    String body = "{\"text\": \"x\", \"alternatives\": 1}";
    http.post("/api/titles/stream", body).problemOf(422, "alternatives");
    http.post("/api/titles", body).ok();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"items\": []}", "{\"items\": \"x\"}"})
  void aBatchWithoutItemsIs422(String body) {
    http.post("/api/titles/batch", body).problemOf(422, "items");
  }

  @Test
  void aTextThatIsTooLongIs413AndNamesTheBound() {
    String body = "{\"text\": \"" + "x".repeat(1001) + "\"}";
    JsonNode problem = http.post("/api/titles", body).problemOf(413, "text");
    assertThat(problem.get("detail").asString())
        .isEqualTo("text must be at most 1000 characters long, but was 1001 characters");
    assertThat(
            http.post("/api/titles/batch", "{\"items\": [" + body + "]}")
                .ok()
                .at("/items/0/status")
                .asInt())
        .isEqualTo(413);
  }

  @Test
  void aBodyThatIsTooLargeIs413() {
    http.post("/api/titles", "{\"text\": \"" + "x".repeat(20_000) + "\"}").problemOf(413, "body");
  }

  @Test
  void brokenJsonIs400AndAnotherContentTypeIs415() {
    http.post("/api/titles", "{\"text\": ").problem(400);
    http.post("/api/titles", BODY + " x").problem(400);
    http.post("/api/titles", "{\"text\": \"x\", \"text\": \"y\"}").problem(400);
    http.post("/api/titles", "null").problem(400);
    http.post("/api/titles", "[]").problem(400);
    http.post("/api/titles", "").problem(400);
    assertThat(model.calls()).isEmpty();
    http.post("/api/titles", "text/plain", "We present a parser.").problemOf(415, "Content-Type");
  }

  @Test
  void anUnknownPathIs404AndAnotherMethodIs405() {
    http.get("/api/headlines").problem(404);
    http.get("/api/titles").problem(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/titles", "/api/titles/stream"})
  void aFullQueueIs503WithRetryAfter(String path) {
    model.answer(FakeAnswer.refusal(new QueueFullException(4)));
    Answer answer = http.post(path, BODY);
    answer.problem(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/titles", "/api/titles/stream"})
  void aFailureBeforeTheFirstTokenIs500AndAFailedJob(String path) {
    model.answer(FakeAnswer.failure(BROKEN));
    http.post(path, BODY).problem(500);
    assertThat(newestJob().get("status").asString()).isEqualTo("FAILED");
    assertThat(newestJob().get("error").asString()).contains("the model broke");
  }

  @Test
  void aStreamThatBreaksSaysSoInItsLastEvent() {
    model.answer(FakeAnswer.failure(BROKEN, "A "));
    List<Event> events = http.post("/api/titles/stream", BODY).events();
    assertThat(events).extracting(Event::name).containsExactly("chunk", "problem");
    assertThat(events.get(1).data().get("status").asInt()).isEqualTo(500);
  }

  @Test
  void aClientThatLeavesItsStreamStopsTheDecodingAndLeavesACancelledJob() {
    model.answer(FakeAnswer.endless("on ", Duration.ofMillis(5)));
    http.postAndLeave("/api/titles/stream", BODY);
    assertThat(model.calls().get(0).end())
        .succeedsWithin(Duration.ofSeconds(30))
        .extracting(GenerationResult::finishReason)
        .isEqualTo(FinishReason.CANCELLED);
    await()
        .untilAsserted(
            () -> assertThat(newestJob().get("status").asString()).isEqualTo("CANCELLED"));
  }

  @Test
  void aPassedDeadlineIs504AndATimedOutJobWithTheBeginning() {
    model.answer(
        FakeAnswer.of(
            GenerationResultBuilder.of("A ").finishReason(FinishReason.DEADLINE).build()));
    http.post("/api/titles", BODY).problem(504);
    assertThat(newestJob().get("status").asString()).isEqualTo("TIMED_OUT");
    assertThat(newestJob().get("title").asString()).isEqualTo("A ");
  }

  @Test
  void anotherRouteThanTheOneAskedForIsSaid() {
    model.answer(FakeAnswer.of("Parser").degraded(Route.HYBRID, Cause.SLM_FAILED, Route.LLM_ONLY));
    JsonNode title = http.post("/api/titles", BODY).ok();
    assertThat(title.get("route").asString()).isEqualTo("LLM_ONLY");
    assertThat(title.at("/degradation/cause").asString()).isEqualTo("SLM_FAILED");
    assertThat(newestJob().get("degraded").asBoolean()).isTrue();
  }

  @Test
  void whatNobodyForesawIs500WithoutItsMessage() {
    model.answer(
        request -> {
          throw new IllegalStateException("secret");
        });
    Answer answer = http.post("/api/titles", BODY);
    answer.problem(500);
    assertThat(answer.text()).doesNotContain("secret");
  }

  private JsonNode newestJob() {
    return http.get("/api/jobs?size=1").ok().at("/items/0");
  }
}
