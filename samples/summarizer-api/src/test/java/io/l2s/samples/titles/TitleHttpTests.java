package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.samples.titles.Http.Answer;
import io.l2s.samples.titles.Http.Event;
import io.l2s.test.TinyPair;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Titles over HTTP from a small real pair, and the pages for operators and readers of the API. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.bundle=" + TinyPair.LOCATION,
      "l2s.warm-up=false",
      "l2s.generation.max-new-tokens=12",
      "titles.max-words=5",
      "titles.max-items=5",
      "spring.datasource.url=jdbc:h2:mem:titles"
    })
@Timeout(60)
class TitleHttpTests {

  private static final String TEXT = "The man is here. The woman is there.";

  @LocalServerPort private int port;
  private Http http;

  @BeforeEach
  void connect() {
    http = new Http(port);
  }

  @Test
  void aTitleComesWithItsRouteItsTimesAndItsJob() {
    JsonNode title = http.post("/api/titles", "{\"text\": \"The man is here.\"}").ok();
    assertThat(title.get("title").asString()).isNotBlank();
    assertThat(title.get("route").asString()).isEqualTo("HYBRID");
    assertThat(title.get("degradation").isNull()).isTrue();
    assertThat(title.get("truncated").asBoolean()).isFalse();
    assertThat(title.at("/timings/total").asDouble()).isPositive();

    JsonNode job = http.get("/api/jobs/" + title.get("jobId").asString()).ok();
    assertThat(job.get("status").asString()).isEqualTo("DONE");
    assertThat(job.get("title")).isEqualTo(title.get("title"));
  }

  @Test
  void aLongAbstractSaysHowManyOfItsWordsTheModelRead() {
    JsonNode whole = http.post("/api/titles", "{\"text\": \"" + TEXT + "\"}").ok();
    assertThat(whole.get("words").asInt()).isEqualTo(8);
    assertThat(whole.get("wordsRead").asInt()).isEqualTo(5);
    assertThat(whole.get("truncated").asBoolean()).isTrue();

    JsonNode beginning = http.post("/api/titles", "{\"text\": \"The man\\n is here. The\"}").ok();
    assertThat(beginning.get("truncated").asBoolean()).isFalse();
    assertThat(beginning.get("title")).isEqualTo(whole.get("title"));
  }

  @Test
  void wordsEndAtUnicodeSpacesAndAnAbstractOfThemIsBlank() {
    JsonNode title =
        http.post("/api/titles", "{\"text\": \"\\u00a0The\\u00a0man\\u2003is here.\"}").ok();
    assertThat(title.get("words").asInt()).isEqualTo(4);
    http.post("/api/titles", "{\"text\": \"\\u00a0\"}").problemOf(422, "text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/titles", "/api/titles/stream"})
  void anAbstractWithoutSpacesThatTheModelCannotTakeIs413(String path) {
    JsonNode problem =
        http.post(path, "{\"text\": \"" + "x.".repeat(9_000) + "\"}").problemOf(413, "text");
    assertThat(problem.get("bound").asString()).matches("at most \\d+ (tokens|characters) long.*");
  }

  @Test
  void theClientChoosesRouteLengthAndAlternatives() {
    JsonNode title =
        http.post(
                "/api/titles",
                """
                {"text": "The man is here.", "route": "LLM_ONLY", "maxTokens": 3,
                 "alternatives": 2}
                """)
            .ok();
    assertThat(title.get("route").asString()).isEqualTo("LLM_ONLY");
    assertThat(title.at("/usage/generatedTokens").asInt()).isBetween(1, 3);
    assertThat(title.get("alternatives")).hasSize(2);
    assertThat(title.get("alternatives").get(0)).isNotEqualTo(title.get("title"));
  }

  @Test
  void aBatchKeepsItsOrderAndFailsItemByItem() {
    JsonNode outcomes =
        http.post(
                "/api/titles/batch",
                """
                {"items": [{"text": "The man is here."},
                           {"text": " "},
                           {"text": "The woman is there.", "maxTokens": 0},
                           null,
                           {"text": "The woman is there."}]}
                """)
            .ok();
    assertThat(outcomes.get("succeeded").asInt()).isEqualTo(2);
    assertThat(outcomes.get("failed").asInt()).isEqualTo(3);
    assertThat(outcomes.get("items").valueStream().map(each -> each.get("status").asInt()))
        .containsExactly(200, 422, 422, 422, 200);
    assertThat(outcomes.at("/items/1/problem/field").asString()).isEqualTo("text");
    assertThat(outcomes.at("/items/2/problem/field").asString()).isEqualTo("maxTokens");
    assertThat(outcomes.at("/items/4/title/title"))
        .isEqualTo(
            http.post("/api/titles", "{\"text\": \"The woman is there.\"}").ok().get("title"));
  }

  @Test
  void aBatchOfTooManyIs422() {
    http.post("/api/titles/batch", "{\"items\": [{}, {}, {}, {}, {}, {}]}").problemOf(422, "items");
  }

  @Test
  void aStreamBringsTheSameTitleTokenByToken() {
    String body = "{\"text\": \"" + TEXT + "\"}";
    List<Event> events = http.post("/api/titles/stream", body).events();
    JsonNode done = events.get(events.size() - 1).data();
    List<Event> chunks = events.subList(0, events.size() - 1);

    assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
    assertThat(chunks).hasSizeGreaterThan(2).allMatch(each -> each.name().equals("chunk"));
    StringBuilder text = new StringBuilder();
    chunks.forEach(each -> text.append(each.data().get("text").asString()));
    assertThat(text).hasToString(done.get("title").asString());
    assertThat(done.get("title")).isEqualTo(http.post("/api/titles", body).ok().get("title"));
    assertThat(done.get("truncated").asBoolean()).isTrue();
    assertThat(http.get("/api/jobs/" + done.get("jobId").asString()).ok().get("title"))
        .isEqualTo(done.get("title"));
  }

  @Test
  void theApiIsDescribedWithExamplesAndProblems() {
    JsonNode api = http.get("/v3/api-docs").ok();
    JsonNode post = api.at("/paths/~1api~1titles/post");
    assertThat(api.get("paths").propertyNames())
        .contains("/api/titles/batch", "/api/titles/stream", "/api/jobs", "/api/jobs/{id}");
    assertThat(api.at("/paths/~1api~1jobs~1{id}/get/responses").propertyNames())
        .containsExactlyInAnyOrder("200", "400", "404", "503");
    assertThat(post.get("responses").propertyNames()).contains("200", "413", "422", "429", "503");
    assertThat(post.at("/responses/429/headers/Retry-After").isMissingNode()).isFalse();
    assertThat(api.at("/components/schemas/ProblemDetail/properties/detail").isMissingNode())
        .isFalse();
    assertThat(api.at("/components/schemas/TitleRequest/properties/text/example").asString())
        .isEqualTo(ApiExamples.TEXT);
    assertThat(http.get("/swagger-ui/index.html").text()).contains("swagger-ui");
    assertThat(http.get("/").headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("/swagger-ui.html"));
  }

  @Test
  void operatorsSeeReadinessAndMetrics() {
    http.post("/api/titles", "{\"text\": \"The man is here.\"}").ok();
    assertThat(http.get("/actuator/health/readiness").ok().get("status").asString())
        .isEqualTo("UP");
    JsonNode health = http.get("/actuator/health").ok();
    assertThat(health.at("/components/l2s/status").asString()).isEqualTo("UP");
    assertThat(health.at("/components/db/status").asString()).isEqualTo("UP");
    Answer metrics = http.get("/actuator/prometheus");
    assertThat(metrics.text()).contains("l2s_", "http_server_requests_seconds_count");
  }
}
