package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The route {@code EXACT} of a served pair: the LLM's own text, and whose fault a failure is. */
class ServedExactTest extends ServedPair {

  @Test
  void exactAnswersAreTheLlmsOwnWhateverElseRuns() {
    List<JsonObject> cases = certainCases(LLM);
    try (HybridLanguageModel model = serve(llm, slm)) {
      List<GenerationRequest> requests = new ArrayList<>(requests(cases, Route.EXACT));
      requests.replaceAll(each -> each.withMaxNewTokens(LLM.maxNewTokens()));
      requests.addAll(requests(certainCases(FIXTURE), Route.HYBRID));
      List<GenerationResult> results = model.generateAll(requests).subList(0, cases.size());

      assertAnswers(results, cases);
      assertThat(results).allMatch(result -> result.route() == Route.EXACT);
    }
  }

  @Test
  void exactSamplesTheTextThatTheLlmAloneSamplesWithTheSeed() {
    GenerationOptions options = GenerationOptions.builder().temperature(1).topK(0).seed(4).build();
    try (HybridLanguageModel model = serve(llm, slm)) {
      for (JsonObject each : certainCases(LLM)) {
        GenerationRequest request =
            GenerationRequest.of(each.get("text").getAsString())
                .withOptions(options)
                .withMaxNewTokens(LLM.maxNewTokens());
        GenerationResult exact = model.generate(request.withRoute(Route.EXACT));
        assertThat(exact.ids()).isEqualTo(model.generate(request.withRoute(Route.LLM_ONLY)).ids());
      }
    }
  }

  @Test
  void exactFallsBackToTheSameTextWhereTheSlmIsBroken() {
    JsonObject first = certainCases(LLM).get(0);
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("l2s-slm");
    try (HybridLanguageModel model =
        new CircuitBreakingLanguageModel(serve(llm, new BrokenDecoder()), breaker)) {
      GenerationResult result =
          model.generate(
              GenerationRequest.of(first.get("text").getAsString())
                  .withRoute(Route.EXACT)
                  .withMaxNewTokens(LLM.maxNewTokens()));
      assertAnswers(List.of(result), List.of(first));
      assertThat(result.degradation().orElseThrow().requested()).isEqualTo(Route.EXACT);
    }
  }

  @Test
  void exactBlamesTheSlmThatFailsWhileItDrafts() {
    CountingDecoder broken = new CountingDecoder(slm);
    broken.onDecode =
        () -> {
          throw new IllegalStateException("the SLM is broken");
        };
    assertThat(failureOfExact(llm, broken).component()).isEqualTo(Component.SLM);
    assertThat(broken.openStates).isZero();
  }

  @Test
  void exactBlamesTheLlmsDecoderWhereThatFails() {
    CountingDecoder drafter = new CountingDecoder(slm);
    CountingDecoder broken = new CountingDecoder(llm.decoder().orElseThrow());
    broken.onVerify =
        () -> {
          throw new IllegalStateException("the LLM's decoder is broken");
        };
    CountingEncoder encoder = new CountingEncoder();
    encoder.decoder = Optional.of(broken);
    assertThat(failureOfExact(encoder, drafter).component()).isEqualTo(Component.LLM);
    assertThat(drafter.openStates + broken.openStates).isZero();
  }

  private static GenerationFailedException failureOfExact(LlmEncoder encoder, SlmDecoder decoder) {
    try (HybridLanguageModel model = serve(encoder, decoder)) {
      GenerationRequest request = GenerationRequest.of("a prompt").withRoute(Route.EXACT);
      return catchThrowableOfType(GenerationFailedException.class, () -> model.generate(request));
    }
  }
}
