package io.l2s.assembly;

import static io.l2s.assembly.FixtureModels.ids;
import static io.l2s.assembly.FixtureModels.requests;
import static io.l2s.assembly.FixtureModels.withModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.Candidate;
import io.l2s.EarlyStopping;
import io.l2s.FinishReason;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.OnEngine;
import io.l2s.checkpoint.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beam search and penalties of a served model against transformers. */
class SearchParityTest extends OnEngine {

  private static final double GAP = 1e-4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5-relu",
        "t5-gated",
        "t5-llm",
        "mt5",
        "bart",
        "gpt2",
        "gpt2-sharedvocab",
        "llama",
        "llama-scaled",
        "qwen2",
        "qwen3",
        "mistral"
      })
  void penaltiesGiveTheReferencesIds(String name) {
    withModel(
        runtime,
        name,
        (model, fixture) -> {
          greedy(model, fixture, "greedy_repetition_penalty", o -> o.repetitionPenalty(1.3));
          greedy(model, fixture, "greedy_no_repeat_ngram", o -> o.noRepeatNgramSize(2));
          greedy(model, fixture, "greedy_min_new_tokens", o -> o.minNewTokens(6));
        });
  }

  private static void greedy(
      HybridLanguageModel model,
      Fixture fixture,
      String kind,
      Function<GenerationOptions.Builder, GenerationOptions.Builder> setting) {
    GenerationOptions options = setting.apply(GenerationOptions.builder()).build();
    List<JsonObject> cases =
        fixture.cases().stream()
            .filter(
                each -> each.getAsJsonObject(kind).get("min_margin").getAsDouble() > Fixture.NOISE)
            .toList();
    assertThat(cases).hasSizeGreaterThan(fixture.cases().size() * 2 / 3);
    List<GenerationResult> results = model.generateAll(requests(fixture, cases, options));
    for (int i = 0; i < results.size(); i++) {
      JsonObject expected = cases.get(i).getAsJsonObject(kind);
      assertThat(ids(results.get(i).ids())).as(kind).isEqualTo(Fixture.ids(expected.get("ids")));
      assertThat(results.get(i).text()).isEqualTo(expected.get("text").getAsString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted",
        "hybrid-g-bart-qwen3-adapted"
      })
  void answersOfPairsAreTheReferencesIdsAndTexts(String name) {
    withModel(
        runtime, name, (model, fixture) -> greedy(model, fixture, "greedy", options -> options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5-relu",
        "t5-gated",
        "t5-llm",
        "mt5",
        "bart",
        "gpt2",
        "gpt2-sharedvocab",
        "llama",
        "llama-scaled",
        "qwen2",
        "qwen3",
        "mistral",
        "hybrid-a-t5-t5-add",
        "hybrid-b-t5-t5-replace",
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted",
        "hybrid-g-bart-qwen3-adapted"
      })
  void beamsGiveTheReferencesIdsAndScores(String name) {
    withModel(
        runtime,
        name,
        (model, fixture) -> {
          int compared = 0;
          int all = 0;
          List<JsonObject> runs = new ArrayList<>();
          List<GenerationRequest> requests = new ArrayList<>();
          for (JsonObject each : fixture.cases()) {
            for (JsonElement element : each.getAsJsonArray("beam")) {
              JsonObject run = element.getAsJsonObject();
              all++;
              if (run.get("best_score_gap").getAsDouble() > GAP) {
                compared++;
                runs.add(run);
                requests.addAll(requests(fixture, List.of(each), beams(run)));
              }
            }
          }
          assertThat(compared).isGreaterThan(all * 2 / 3);
          List<GenerationResult> results = model.generateAll(requests);
          for (int i = 0; i < results.size(); i++) {
            assertBeams(results.get(i), runs.get(i));
          }
        });
  }

  /** With a penalty above 0 each of these runs ends otherwise where it stops early. */
  @Test
  void beamsThatNeverStopEarlyGiveTheReferencesIdsAndScores() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          JsonArray runs =
              StrictJson.read(fixture.directory().resolve("early_stopping_never.json"))
                  .getAsJsonArray("runs");
          List<GenerationResult> results = results(model, fixture, runs);
          for (int i = 0; i < results.size(); i++) {
            assertCandidates(results.get(i), runs.get(i).getAsJsonObject());
          }
        });
  }

  /** A stop string ends each beam for itself, where it comes; the text ends before it. */
  @Test
  void beamsWithStopStringsGiveTheReferencesIdsScoresAndLogprobs() {
    withModel(
        runtime,
        "t5-llm",
        (model, fixture) -> {
          JsonArray runs =
              StrictJson.read(fixture.directory().resolve("stop_strings.json"))
                  .getAsJsonArray("runs");
          List<GenerationResult> results = results(model, fixture, runs);
          for (int i = 0; i < results.size(); i++) {
            JsonObject run = runs.get(i).getAsJsonObject();
            assertCandidates(results.get(i), run);
            String stop = run.get("stop").getAsString();
            for (int rank = 0; rank < results.get(i).candidates().size(); rank++) {
              Candidate candidate = results.get(i).candidates().get(rank);
              assertThat(candidate.logprobs()).hasSameSizeAs(candidate.ids());
              JsonArray logprobs = run.getAsJsonArray("logprobs").get(rank).getAsJsonArray();
              for (int step = 0; step < logprobs.size(); step++) {
                assertThat(candidate.logprobs().get(step))
                    .isCloseTo(logprobs.get(step).getAsDouble(), within(1e-4));
              }
              String text = run.getAsJsonArray("texts").get(rank).getAsString();
              boolean stopped = text.contains(stop);
              assertThat(candidate.text())
                  .isEqualTo(stopped ? text.substring(0, text.indexOf(stop)) : text);
              assertThat(candidate.finishReason() == FinishReason.STOP).isEqualTo(stopped);
            }
          }
        });
  }

  private static List<GenerationResult> results(
      HybridLanguageModel model, Fixture fixture, JsonArray runs) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (JsonElement run : runs) {
      JsonObject prompt = fixture.cases().get(run.getAsJsonObject().get("case").getAsInt());
      requests.addAll(requests(fixture, List.of(prompt), beams(run.getAsJsonObject())));
    }
    return model.generateAll(requests);
  }

  private static void assertCandidates(GenerationResult result, JsonObject run) {
    JsonArray sequences = run.getAsJsonArray("sequences");
    List<Candidate> candidates = result.candidates();
    assertThat(candidates).hasSize(sequences.size());
    for (int rank = 0; rank < candidates.size(); rank++) {
      assertThat(ids(candidates.get(rank).ids()))
          .as("rank %d of %s", rank, run)
          .isEqualTo(Fixture.ids(sequences.get(rank)));
      double score = run.getAsJsonArray("sequences_scores").get(rank).getAsDouble();
      assertThat(candidates.get(rank).score().orElseThrow())
          .isCloseTo(score, within(1e-4 * Math.max(1, Math.abs(score))));
    }
  }

  private static GenerationOptions beams(JsonObject run) {
    int beams = run.get("num_beams").getAsInt();
    return GenerationOptions.builder()
        .numBeams(beams)
        .numReturnSequences(beams)
        .lengthPenalty(run.get("length_penalty").getAsDouble())
        .earlyStopping(
            EarlyStopping.valueOf(run.get("early_stopping").getAsString().toUpperCase(Locale.ROOT)))
        .stop(run.has("stop") ? List.of(run.get("stop").getAsString()) : List.of())
        .logprobs(run.has("logprobs"))
        .build();
  }

  private static void assertBeams(GenerationResult result, JsonObject run) {
    assertThat(ids(result.ids())).isEqualTo(Fixture.ids(run.get("ids")));
    assertThat(result.text()).isEqualTo(run.get("text").getAsString());
    JsonArray scores = run.getAsJsonArray("sequences_scores");
    JsonArray sequences = run.getAsJsonArray("sequences");
    assertThat(result.candidates()).hasSize(scores.size());
    // Where two candidates lie this near, the lower sequences may change places.
    boolean certain = run.get("min_candidate_gap").getAsDouble() > GAP;
    for (int i = 0; i < (certain ? scores.size() : 1); i++) {
      Candidate candidate = result.candidates().get(i);
      assertThat(candidate.score().orElseThrow())
          .isCloseTo(scores.get(i).getAsDouble(), within(1e-4));
      assertThat(ids(candidate.ids())).isEqualTo(Fixture.ids(sequences.get(i)));
    }
  }
}
