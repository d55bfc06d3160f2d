package io.l2s.assembly;

import static io.l2s.assembly.FixtureModels.requests;
import static io.l2s.assembly.FixtureModels.withModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stop strings, log-probabilities and forced prefixes of a served model's answers. */
class SearchOutputTest extends OnEngine {

  @Test
  void aStopStringEndsEachSampleForItself() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          List<JsonObject> first = fixture.cases().subList(0, 1);
          GenerationOptions free =
              GenerationOptions.builder().numReturnSequences(6).seed(1).logprobs(true).build();
          GenerationOptions stopped = free.toBuilder().stop(List.of(" ")).build();
          List<Candidate> whole =
              model.generate(requests(fixture, first, free).get(0)).candidates();
          GenerationResult result = model.generate(requests(fixture, first, stopped).get(0));
          assertThat(whole).filteredOn(each -> each.text().contains(" ")).hasSizeGreaterThan(3);
          assertThat(result.candidates())
              .extracting(Candidate::text)
              .isEqualTo(whole.stream().map(each -> each.text().split(" ")[0]).toList());
          assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
          assertThat(result.text()).isEqualTo(whole.get(0).text().split(" ")[0]);
          for (int i = 0; i < whole.size(); i++) {
            Candidate candidate = result.candidates().get(i);
            int length = candidate.ids().size();
            assertThat(candidate.ids()).isEqualTo(whole.get(i).ids().subList(0, length));
            assertThat(candidate.logprobs()).hasSize(length);
            if (whole.get(i).text().contains(" ")) {
              assertThat(candidate.finishReason()).isEqualTo(FinishReason.STOP);
              assertThat(length).isLessThan(whole.get(i).ids().size());
            } else {
              assertThat(candidate).isEqualTo(whole.get(i));
            }
          }
        });
  }

  @Test
  void aMixedBatchGivesEachTheAnswerThatItHasAlone() {
    List<GenerationOptions> kinds =
        List.of(
            GenerationOptions.GREEDY,
            GenerationOptions.builder().numBeams(3).build(),
            GenerationOptions.builder().temperature(0.7).seed(3).build(),
            GenerationOptions.builder().topK(0).topP(0.9).seed(4).numReturnSequences(2).build(),
            GenerationOptions.builder().repetitionPenalty(1.3).logprobs(true).build());
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          List<GenerationRequest> requests = new ArrayList<>();
          for (int i = 0; i < kinds.size(); i++) {
            requests.addAll(requests(fixture, List.of(fixture.cases().get(i)), kinds.get(i)));
          }
          List<GenerationResult> together = model.generateAll(requests);
          for (int i = 0; i < requests.size(); i++) {
            List<Candidate> alone = model.generate(requests.get(i)).candidates();
            assertThat(together.get(i).candidates().stream().map(Candidate::ids).toList())
                .isEqualTo(alone.stream().map(Candidate::ids).toList());
          }
          assertThat(together.get(3).candidates()).hasSize(2);
        });
  }

  @Test
  void logprobsAreThoseOfTheModel() {
    withModel(
        runtime,
        "t5-relu",
        (model, fixture) -> {
          GenerationOptions greedy = GenerationOptions.builder().logprobs(true).build();
          GenerationOptions beams = GenerationOptions.builder().numBeams(2).build();
          int compared = 0;
          for (JsonObject each : fixture.cases()) {
            Candidate answer =
                model.generate(requests(fixture, List.of(each), greedy).get(0)).candidates().get(0);
            Candidate best =
                model.generate(requests(fixture, List.of(each), beams).get(0)).candidates().get(0);
            assertThat(answer.logprobs()).hasSameSizeAs(answer.ids()).allMatch(p -> p <= 0);
            if (best.ids().equals(answer.ids())) {
              // A beam's score is the mean of its tokens' log-probabilities.
              double mean = answer.logprobs().stream().mapToDouble(p -> p).average().orElseThrow();
              assertThat(best.score().orElseThrow()).isCloseTo(mean, within(1e-4));
              compared++;
            }
          }
          assertThat(compared).isPositive();
        });
  }

  @Test
  void logprobsAreThoseBeforeTemperatureAndTheChoiceOfCandidates() {
    withModel(
        runtime,
        "t5-relu",
        (model, fixture) -> {
          List<JsonObject> first = fixture.cases().subList(0, 1);
          GenerationOptions greedy = GenerationOptions.builder().logprobs(true).build();
          GenerationOptions sampled = greedy.toBuilder().topK(1).temperature(0.1).build();
          Candidate expected =
              model.generate(requests(fixture, first, greedy).get(0)).candidates().get(0);
          Candidate actual =
              model.generate(requests(fixture, first, sampled).get(0)).candidates().get(0);
          assertThat(actual.ids()).isEqualTo(expected.ids());
          // Where the cache lies in memory may change the last digits.
          assertThat(actual.logprobs())
              .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b))
              .isEqualTo(expected.logprobs());
          assertThat(actual.logprobs()).allMatch(each -> each < 0);
        });
  }

  @Test
  void aStopStringEndsTheAnswerBeforeIt() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          JsonObject first = fixture.cases().get(0);
          String whole = first.getAsJsonObject("greedy").get("text").getAsString();
          String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 3);
          GenerationOptions options = GenerationOptions.builder().stop(List.of(stop)).build();
          GenerationResult result =
              model.generate(requests(fixture, List.of(first), options).get(0));
          assertThat(result.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
          assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
        });
  }

  @Test
  void anAnswerBeginsWithTheForcedPrefix() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          JsonObject first = fixture.cases().get(0);
          GenerationOptions options = GenerationOptions.builder().forcedPrefix("Wir").build();
          GenerationResult result =
              model.generate(requests(fixture, List.of(first), options).get(0));
          assertThat(result.text()).startsWith("Wir");
        });
  }

  @Test
  void aForcedPrefixThatTheTokenizerMakesNothingOfIsRefused() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          GenerationOptions prefix = GenerationOptions.builder().forcedPrefix("\u00A0").build();
          GenerationRequest request = GenerationRequest.of("one").withMaxNewTokens(4);
          assertThatThrownBy(() -> model.generate(request.withOptions(prefix)))
              .isInstanceOf(InvalidRequestException.class)
              .hasMessageStartingWith("forcedPrefix must be");
        });
  }
}
