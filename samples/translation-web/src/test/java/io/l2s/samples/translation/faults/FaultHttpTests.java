package io.l2s.samples.translation.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.l2s.samples.translation.TranslationApplication;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.ActiveProfiles;

/** The fault panel's endpoint over real HTTP, on a small bundle with the profile {@code dev}. */
@SpringBootTest(
    classes = TranslationApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.bundle=" + FaultHttpTests.BUNDLE,
      "l2s.models.en-fr.bundle=" + FaultHttpTests.BUNDLE,
      "resilience4j.circuitbreaker.configs.l2s.slow-call-duration-threshold=1m"
    })
@ActiveProfiles("dev")
class FaultHttpTests {

  static final String BUNDLE = "../../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add";

  @Autowired private TestRestTemplate http;

  @AfterEach
  void repair() {
    http.delete("/api/faults");
  }

  @Test
  void thePageOffersThePanel() {
    assertThat(http.getForObject("/api/translate", JsonNode.class).get("faults").asBoolean())
        .isTrue();
  }

  @Test
  void whereTheSmallModelIsBrokenTheLargeOneAnswersAndTheBreakerOpens() {
    put(Map.of("slmFaults", 100));
    assertThat(translate().at("/degradation/cause").asText()).isEqualTo("SLM_FAILED");
    assertThat(translate().get("route").asText()).isEqualTo("LLM_ONLY");
    assertThat(translate().get("route").asText()).isEqualTo("LLM_ONLY");
    assertThat(breaker("l2s-slm").get("state").asText()).isEqualTo("OPEN");
    assertThat(breaker("l2s-slm").get("failed").asInt()).isEqualTo(3);
    assertThat(translate().at("/degradation/cause").asText()).isEqualTo("CIRCUIT_OPEN");
    assertThat(breaker("l2s-llm").get("state").asText()).isEqualTo("CLOSED");
  }

  @Test
  void repairTakesTheFaultsAwayAndClosesTheBreakers() {
    put(Map.of("slmFaults", 100));
    for (int i = 0; i < 3; i++) {
      translate();
    }
    http.delete("/api/faults");
    assertThat(breaker("l2s-slm").get("state").asText()).isEqualTo("CLOSED");
    assertThat(translate().get("route").asText()).isEqualTo("HYBRID");
  }

  @Test
  void aDelayOfTheLargeModelCountsAsItsReading() {
    put(Map.of("llmDelay", 200));
    JsonNode timings = translate().get("timings");
    assertThat(timings.get("encode").asDouble()).isGreaterThan(200);
    assertThat(timings.get("total").asDouble()).isGreaterThan(timings.get("encode").asDouble());
  }

  @Test
  void aDelayOutOfBoundsIs422() {
    ResponseEntity<JsonNode> response = put(Map.of("llmDelay", 5_001));
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
    assertThat(response.getBody().get("field").asText()).isEqualTo("llmDelay");
    assertThat(response.getBody().get("bound").asText()).contains("5000");
  }

  @Test
  void aPercentageOutOfBoundsIs422() {
    ResponseEntity<JsonNode> response = put(Map.of("encoderFaults", 101));
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
    assertThat(response.getBody().get("field").asText()).isEqualTo("encoderFaults");
  }

  @Test
  void whereTheLargeModelCannotReadItsBreakerOpens() {
    put(Map.of("encoderFaults", 100));
    for (int i = 0; i < 3; i++) {
      translate();
    }
    assertThat(breaker("l2s-encoder").get("state").asText()).isEqualTo("OPEN");
    assertThat(breaker("l2s-slm").get("state").asText()).isEqualTo("CLOSED");
    JsonNode changes = http.getForObject("/api/faults/changes", JsonNode.class);
    JsonNode last = changes.get(changes.size() - 1);
    assertThat(last.get("breaker").asText()).isEqualTo("l2s-encoder");
    assertThat(last.get("from").asText()).isEqualTo("CLOSED");
    assertThat(last.get("to").asText()).isEqualTo("OPEN");
  }

  private ResponseEntity<JsonNode> put(Map<String, ?> faults) {
    return http.exchange("/api/faults", HttpMethod.PUT, new HttpEntity<>(faults), JsonNode.class);
  }

  private JsonNode translate() {
    return http.postForObject(
            "/api/translate", Map.of("text", "I knew your father."), JsonNode.class)
        .at("/sentences/0");
  }

  private JsonNode breaker(String name) {
    for (JsonNode each : http.getForObject("/api/faults", JsonNode.class).get("breakers")) {
      if (each.get("name").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no breaker " + name);
  }
}
