package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.HybridLanguageModel;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** The whole way from HTTP to the native engine and back, on a small bundle. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.bundle=" + TranslationBundleTests.BUNDLE,
      "l2s.models.en-fr.bundle=" + TranslationBundleTests.BUNDLE,
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32"
    })
class TranslationBundleTests {

  static final String BUNDLE = "../../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add";

  /** An answer whose best token is hardly better than the second may differ by rounding. */
  private static final double NOISE = 1e-3;

  private final ObjectMapper json = new ObjectMapper();

  @Autowired private TestRestTemplate http;
  @Autowired private HybridLanguageModel model;

  @Test
  void hybridTranslationsEqualTheReference() throws IOException {
    JsonNode expected = json.readTree(Path.of(BUNDLE, "expected.json").toFile());
    int compared = 0;
    for (JsonNode each : expected.get("cases")) {
      String source = each.path("source").asText();
      if (!source.isBlank()
          && source.equals(source.strip())
          && Sentence.split(source).size() == 1
          && each.at("/greedy/min_margin").asDouble() >= NOISE) {
        ResponseEntity<JsonNode> response =
            post(
                Map.of(
                    "text",
                    source,
                    "route",
                    "HYBRID",
                    "maxNewTokens",
                    expected.get("max_new_tokens").asInt()));
        assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(response.getBody().get("text")).isEqualTo(each.at("/greedy/text"));
        assertThat(response.getBody().at("/sentences/0/route").asText()).isEqualTo("HYBRID");
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HYBRID", "LLM_ONLY"})
  void streamedPiecesAreTheWholeAnswer(String route) throws IOException {
    Map<String, Object> body =
        Map.of("text", "Where is the station?", "route", route, "maxNewTokens", 12);
    String events = http.postForObject("/api/translate/stream", body, String.class);
    StringBuilder pieces = new StringBuilder();
    JsonNode done = null;
    for (String event : events.split("\n\n")) {
      JsonNode data = json.readTree(event.substring(event.indexOf("data:") + 5));
      if (event.startsWith("event:chunk")) {
        pieces.append(data.get("text").asText());
      } else if (!event.startsWith("event:sentence")) {
        assertThat(event).startsWith("event:done");
        done = data;
      }
    }
    assertThat(done).isNotNull();
    assertThat(done.at("/sentences/0/route").asText()).isEqualTo(route);
    assertThat(done.get("text").asText()).isEqualTo(pieces.toString()).isNotEmpty();
    assertThat(done.at("/timings/total").asDouble()).isPositive();
  }

  @Test
  void routeThatTheBundleLacksIs422() {
    ResponseEntity<JsonNode> response = post(Map.of("text", "Hello", "route", "SLM_ONLY"));
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
    assertThat(response.getBody().get("field").asText()).isEqualTo("route");
    assertThat(response.getBody().get("bound").asText()).contains("slmAlone");
  }

  @Test
  void alternativesComeWithTheLogProbabilityOfEachToken() {
    JsonNode alternatives =
        http.postForObject(
            "/api/translate/alternatives", Map.of("text", "I knew your father."), JsonNode.class);
    assertThat(alternatives).hasSize(4);
    double former = 0;
    for (JsonNode each : alternatives) {
      double sum = 0;
      for (JsonNode token : each.get("tokens")) {
        assertThat(token.get("logprob").asDouble()).isNegative();
        sum += token.get("logprob").asDouble();
      }
      assertThat(each.get("logprob").asDouble()).isCloseTo(sum, within(1e-6));
      assertThat(each.get("score").asDouble()).isLessThanOrEqualTo(former);
      former = each.get("score").asDouble();
    }
  }

  @Test
  void theStarterAloneBringsTheCircuitBreaker() {
    assertThat(model).isInstanceOf(CircuitBreakingLanguageModel.class);
  }

  private ResponseEntity<JsonNode> post(Map<String, ?> body) {
    return http.postForEntity("/api/translate", body, JsonNode.class);
  }
}
