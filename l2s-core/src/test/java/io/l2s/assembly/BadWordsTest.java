package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.GenerationStream;
import io.l2s.HybridFixture;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A banned string is in no answer, however tokens spell it. */
class BadWordsTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  private interface Check {
    void on(HybridLanguageModel model, Fixture fixture);
  }

  private static void withModel(String name, Check check) {
    Fixture fixture = Fixture.open(name);
    if (name.startsWith("hybrid")) {
      try (HybridFixture hybrid = HybridFixture.load(name, runtime);
          HybridLanguageModel model = hybrid.serve(runtime)) {
        check.on(model, fixture);
      }
      return;
    }
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    try (LlmEncoder llm = loader.loadLlm(fixture.directory(), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime).llm(llm, fixture.directory()).build()) {
      check.on(model, fixture);
    }
  }

  /** Ways to choose tokens; each of them meets the strings that are banned. */
  private static List<UnaryOperator<GenerationOptions.Builder>> ways() {
    return List.of(
        o -> o,
        o -> o.numBeams(4).numReturnSequences(4),
        o -> o.seed(3).temperature(0.7),
        o -> o.seed(3).topK(0).numReturnSequences(3),
        o -> o.seed(3).topK(1));
  }

  /** Strings of {@code text}: a letter, the inside and the end of words, words with a blank. */
  private static List<String> partsOf(String text) {
    List<String> parts = new ArrayList<>();
    for (int length : new int[] {1, 2, 3, 7}) {
      for (int at : new int[] {0, text.length() / 3, text.length() - length}) {
        String part = at < 0 ? "" : text.substring(at, Math.min(text.length(), at + length));
        if (!part.isBlank()) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"t5-llm", "mt5", "bart", "gpt2", "llama", "qwen3", "hybrid-c-t5-gpt2-add"})
  void noAnswerHoldsABannedString(String name) {
    withModel(
        name,
        (model, fixture) -> {
          for (UnaryOperator<GenerationOptions.Builder> way : ways()) {
            for (JsonObject each : fixture.cases().subList(0, 2)) {
              GenerationRequest request = request(fixture, each);
              GenerationOptions free = way.apply(GenerationOptions.builder()).build();
              String usual = model.generate(request.withOptions(free)).text();
              for (String part : partsOf(usual)) {
                assertThat(usual).contains(part);
                GenerationOptions banned = free.toBuilder().badWords(List.of("@@", part)).build();
                GenerationResult result = model.generate(request.withOptions(banned));
                assertThat(result.text()).as(part).doesNotContain(part);
                for (Candidate candidate : result.candidates()) {
                  assertThat(candidate.text()).as(part).doesNotContain(part);
                }
              }
            }
          }
        });
  }

  @Test
  void streamedChunksHoldNoBannedString() {
    withModel(
        "gpt2",
        (model, fixture) -> {
          GenerationRequest request = request(fixture, fixture.cases().get(0));
          String usual = model.generate(request).text();
          for (String part : partsOf(usual)) {
            StringBuilder text = new StringBuilder();
            try (GenerationStream stream = model.stream(request.withOptions(banning(part)))) {
              for (TextChunk chunk : stream) {
                text.append(chunk.text());
              }
              assertThat(stream.result().text()).isEqualTo(text.toString());
            }
            assertThat(text.toString()).doesNotContain(part);
          }
        });
  }

  @Test
  void theRouteExactGivesTheTextOfTheLlmAlone() {
    withModel(
        "hybrid-a-t5-t5-add",
        (model, fixture) -> {
          GenerationRequest request = request(fixture, fixture.cases().get(0));
          String usual = model.generate(request.withRoute(Route.LLM_ONLY)).text();
          List<GenerationOptions> ways = new ArrayList<>();
          for (String part : partsOf(usual)) {
            ways.add(banning(part));
            ways.add(banning(part).toBuilder().seed(5).temperature(0.8).build());
            ways.add(banning(part).toBuilder().seed(5).topK(0).build());
          }
          for (GenerationOptions options : ways) {
            GenerationRequest banned = request.withOptions(options);
            GenerationResult alone = model.generate(banned.withRoute(Route.LLM_ONLY));
            GenerationResult exact = model.generate(banned.withRoute(Route.EXACT));
            assertThat(exact.text()).as("%s", options).isEqualTo(alone.text());
            assertThat(exact.text()).doesNotContain(options.constraints().badWords().get(0));
          }
        });
  }

  @Test
  void requestsInOneBatchKeepTheirOwnBans() {
    withModel(
        "t5-llm",
        (model, fixture) -> {
          GenerationRequest request = request(fixture, fixture.cases().get(0));
          List<GenerationRequest> requests = new ArrayList<>(List.of(request));
          for (String part : partsOf(model.generate(request).text())) {
            requests.add(request.withOptions(banning(part)));
          }
          List<GenerationResult> together = model.generateAll(requests);
          for (int i = 0; i < requests.size(); i++) {
            assertThat(together.get(i).ids()).isEqualTo(model.generate(requests.get(i)).ids());
          }
        });
  }

  @Test
  void whereAllLettersAreBannedTheAnswerHoldsNone() {
    withModel(
        "gpt2",
        (model, fixture) -> {
          List<String> letters = new ArrayList<>();
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
              .chars()
              .forEach(letter -> letters.add(Character.toString(letter)));
          GenerationOptions none = GenerationOptions.builder().badWords(letters).build();
          for (GenerationOptions options :
              List.of(
                  none,
                  none.toBuilder().numBeams(3).build(),
                  none.toBuilder().seed(1).topK(0).build(),
                  none.toBuilder().minNewTokens(8).build())) {
            GenerationResult result =
                model.generate(request(fixture, fixture.cases().get(0)).withOptions(options));
            assertThat(result.text()).doesNotContainPattern("[a-zA-Z]");
          }
        });
  }

  @Test
  void theEndOfSequenceTokensNameMayBeBannedAndTheAnswerEndsAsEver() {
    withModel(
        "t5-llm",
        (model, fixture) -> {
          GenerationRequest request = request(fixture, fixture.cases().get(0));
          GenerationResult usual = model.generate(request);
          GenerationResult result = model.generate(request.withOptions(banning("</s>")));
          assertThat(result.ids()).isEqualTo(usual.ids());
          assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
        });
  }

  @Test
  void aForcedPrefixThatTheTokenizerTurnsIntoABannedStringIsRefused() {
    withModel(
        "qwen3",
        (model, fixture) -> {
          GenerationRequest request = GenerationRequest.of("one").withMaxNewTokens(9);
          // NFC makes one letter of the two.
          GenerationOptions options = banning("\u00E4").toBuilder().forcedPrefix("a\u0308").build();
          assertThatThrownBy(() -> model.generate(request.withOptions(options)))
              .isInstanceOf(InvalidRequestException.class)
              .hasMessageContaining("forcedPrefix must be a text without the bad word \"\u00E4\"");
        });
  }

  @Test
  void bannedIdsDoNotComeWhileOtherSpellingsMay() {
    withModel(
        "t5-llm",
        (model, fixture) -> {
          GenerationRequest request = request(fixture, fixture.cases().get(0));
          List<Integer> usual = model.generate(request).ids();
          List<Integer> pair = usual.subList(1, 3);
          GenerationOptions options =
              GenerationOptions.builder().badWordsIds(List.of(List.of(usual.get(0)), pair)).build();
          List<Integer> ids = model.generate(request.withOptions(options)).ids();
          assertThat(ids).doesNotContain(usual.get(0));
          assertThat(Collections.indexOfSubList(ids, pair)).isNegative();
        });
  }

  private static GenerationOptions banning(String text) {
    return GenerationOptions.builder().badWords(List.of(text)).build();
  }

  private static GenerationRequest request(Fixture fixture, JsonObject prompt) {
    return GenerationRequest.of(prompt.get("text").getAsString())
        .withMaxNewTokens(fixture.maxNewTokens());
  }
}
