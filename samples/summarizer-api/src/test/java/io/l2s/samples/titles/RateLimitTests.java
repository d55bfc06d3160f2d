package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.samples.titles.Http.Answer;
import io.l2s.test.AutoConfigureL2sTest;
import io.l2s.test.FakeHybridLanguageModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** One client gets four titles an hour here. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "resilience4j.ratelimiter.configs.titles.limit-for-period=4",
      "resilience4j.ratelimiter.configs.titles.limit-refresh-period=1h",
      // The client's address is what a proxy says.
      "server.forward-headers-strategy=native",
      "spring.datasource.url=jdbc:h2:mem:limits"
    })
@AutoConfigureL2sTest
@Timeout(60)
class RateLimitTests {

  private static final String ONE = "{\"text\": \"We present a parser.\"}";

  @Autowired private FakeHybridLanguageModel model;
  @LocalServerPort private int port;

  @Test
  void aClientThatHasHadItsTitlesIsToldWhenToComeAgain() {
    model.answer("A Parser");
    Http first = new Http(port).from("192.0.2.1");
    Http second = new Http(port).from("192.0.2.2");
    first.post("/api/titles", ONE).ok();
    first.post("/api/titles/batch", "{\"items\": [" + ONE + "," + ONE + "]}").ok();

    // One is left, which a batch of two does not get.
    refused(first.post("/api/titles/batch", "{\"items\": [" + ONE + "," + ONE + "]}"));
    assertThat(first.post("/api/titles/stream", ONE).status()).isEqualTo(200);
    refused(first.post("/api/titles", ONE));
    refused(first.post("/api/titles/stream", ONE));

    second.post("/api/titles", ONE).ok();
    assertThat(model.calls()).hasSize(5);
    // The history is no title.
    first.get("/api/jobs").ok();
  }

  @Test
  void aBatchThatNoClientCouldEverGetIsRefusedAsTooLarge() {
    String batch = "{\"items\": [" + String.join(",", ONE, ONE, ONE, ONE, ONE) + "]}";
    new Http(port).from("192.0.2.3").post("/api/titles/batch", batch).problemOf(422, "items");
  }

  private static void refused(Answer answer) {
    assertThat(answer.problemOf(429, "client").get("detail").asString())
        .contains("at most 4 titles in 3600 s");
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 3600);
  }
}
