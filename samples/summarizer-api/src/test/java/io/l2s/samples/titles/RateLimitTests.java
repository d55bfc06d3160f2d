package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.samples.titles.Http.Answer;
import io.l2s.test.FakeHybridLanguageModel;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** One client gets six titles an hour here. */
@FakeModelTest
class RateLimitTests {

  private static final String ONE = "{\"text\": \"We present a parser.\"}";

  @Autowired private FakeHybridLanguageModel model;
  @LocalServerPort private int port;

  @Test
  void aClientThatHasHadItsTitlesIsToldWhenToComeAgain() {
    model.answer("A Parser");
    Http first = new Http(port);
    Http second = new Http(port);
    first.post("/api/titles", ONE).ok();
    first.post("/api/titles/batch", "{\"items\": [" + ONE + "," + ONE + "]}").ok();
    first.post("/api/titles/batch", "{\"items\": [" + ONE + "," + ONE + "]}").ok();

    // One is left, which a batch of two does not get.
    refused(first.post("/api/titles/batch", "{\"items\": [" + ONE + "," + ONE + "]}"));
    assertThat(first.post("/api/titles/stream", ONE).status()).isEqualTo(200);
    refused(first.post("/api/titles", ONE));
    refused(first.post("/api/titles/stream", ONE));

    second.post("/api/titles", ONE).ok();
    assertThat(model.calls()).hasSize(7);
    // The history is no title.
    first.get("/api/jobs").ok();
  }

  @Test
  void aBatchThatNoClientCouldEverGetIsRefusedAsTooLarge() {
    String batch = "{\"items\": [" + String.join(",", Collections.nCopies(7, ONE)) + "]}";
    JsonNode problem = new Http(port).post("/api/titles/batch", batch).problemOf(422, "items");
    assertThat(problem.get("bound").asString()).isEqualTo("a list of 1..6 abstracts");
  }

  private static void refused(Answer answer) {
    String wait = answer.headers().firstValue("Retry-After").orElseThrow();
    assertThat(Integer.parseInt(wait)).isBetween(1, 3600);
    assertThat(answer.problemOf(429, "client").get("detail").asString())
        .isEqualTo("a client may have at most 6 titles in 3600 s; try again in " + wait + " s");
  }
}
