package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.test.FakeAnswer;
import io.l2s.test.GenerationResultBuilder;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers and streams over HTTP. */
class TranslationHttpTests extends TranslationOverHttp {

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
  void pageIsServed() throws Exception {
    assertThat(get("/").body()).contains("<title>l2s", "tatoeba.org");
  }
}
