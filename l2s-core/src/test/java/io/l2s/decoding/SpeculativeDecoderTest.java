package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationOptions;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.DecoderState;
import io.l2s.model.ForcedTokens;
import io.l2s.model.LlmEncoder;
import io.l2s.model.RewindableState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The large model's own ids, whatever the small one drafts. */
class SpeculativeDecoderTest {

  private static final double DRAFT_COST = 0.2;
  private static final int STEPS = 32;

  private static NativeRuntime runtime;
  private static LlmEncoder llm;
  private static SlmDecoder slm;
  private static Projector projector;
  private static List<int[]> prompts;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    ComponentOptions options = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
    Fixture hybrid = Fixture.open("hybrid-a-t5-t5-add");
    llm = loader.loadLlm(Fixture.path("t5-llm"), options);
    slm = loader.loadSlm(hybrid.directory().resolve("slm"), options);
    projector = loader.loadProjector(hybrid.directory().resolve("projector.safetensors"), options);
    prompts = hybrid.cases().stream().map(each -> Fixture.ids(each.get("input_ids"))).toList();
  }

  @AfterAll
  static void stop() {
    projector.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  @Test
  void theIdsAreThoseOfTheLargeModelAlone() {
    for (int[] prompt : prompts) {
      assertThat(speculated(prompt, 8)).isEqualTo(ofTheLargeModel(prompt));
    }
  }

  @Test
  void stepByStepTheIdsAreThoseOfTheLargeModelAlone() {
    assertThat(speculated(prompts.get(0), 1)).isEqualTo(ofTheLargeModel(prompts.get(0)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aSearchChoosesWhatItWouldWithTheLargeModelAlone(String name, GenerationOptions options) {
    for (int[] prompt : prompts) {
      Search.Answer drafted = searched(prompt, options, true);
      Search.Answer alone = searched(prompt, options, false);
      assertThat(drafted.ids()).isEqualTo(alone.ids());
      assertThat(drafted.logprobs()).hasSameSizeAs(alone.logprobs());
      for (int i = 0; i < alone.logprobs().size(); i++) {
        assertThat(drafted.logprobs().get(i)).isCloseTo(alone.logprobs().get(i), within(1e-4));
      }
    }
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        arguments("sampled", GenerationOptions.builder().temperature(1).topK(0).seed(7).build()),
        arguments("cool", GenerationOptions.builder().temperature(0.3).topP(0.9).seed(8).build()),
        arguments("penalty", GenerationOptions.builder().repetitionPenalty(1.4).build()),
        arguments("n-grams", GenerationOptions.builder().noRepeatNgramSize(2).build()),
        arguments("log-probabilities", GenerationOptions.builder().logprobs(true).build()));
  }

  // Chi-square of the first two tokens, whose joint probabilities the large model gives.
  @Test
  void whatIsDrawnFollowsTheLargeModelsDistribution() {
    int draws = 3000;
    GenerationOptions.Builder builder = GenerationOptions.builder().temperature(1).topK(4);
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int seed = 0; seed < draws; seed++) {
      List<Integer> ids = searched(prompts.get(0), builder.seed(seed).build(), true, 2).ids();
      counts.merge(ids, 1, Integer::sum);
    }
    Map<List<Integer>, Double> expected = jointProbabilities(prompts.get(0), builder.build());
    double chiSquare = 0;
    int cells = 0;
    double rareExpected = 0;
    double rareSeen = 0;
    for (Map.Entry<List<Integer>, Double> each : expected.entrySet()) {
      double wanted = draws * each.getValue();
      int seen = counts.getOrDefault(each.getKey(), 0);
      if (wanted < 5) {
        rareExpected += wanted;
        rareSeen += seen;
      } else {
        chiSquare += Math.pow(seen - wanted, 2) / wanted;
        cells++;
      }
    }
    if (rareExpected > 0) {
      chiSquare += Math.pow(rareSeen - rareExpected, 2) / Math.max(rareExpected, 1);
    }
    assertThat(expected.keySet()).containsAll(counts.keySet());
    assertThat(cells).isGreaterThan(3);
    // 99.9 % point for 16 degrees of freedom, the most that 4 times 4 tokens leave.
    assertThat(chiSquare).isLessThan(39.25);
  }

  @Test
  void aDrafterThatKnowsTheAnswerSavesVerifications() {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              SpeculativeDecoder decoder =
                  new SpeculativeDecoder(
                      own(scope, prompts.get(0)),
                      own(scope, prompts.get(0)),
                      DRAFT_COST,
                      runtime::newScope)) {
            int[] first = decoder.decodeRun(9);
            assertThat(first).hasSizeGreaterThan(1);
          }
          return null;
        });
  }

  @Test
  void aDrafterThatDrawsTheSameSavesVerifications() {
    GenerationOptions options = GenerationOptions.builder().temperature(1).seed(7).build();
    Search search = settings(options, STEPS).start();
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope);
              SpeculativeDecoder decoder =
                  new SpeculativeDecoder(
                      own(scope, prompts.get(0)),
                      own(scope, prompts.get(0)),
                      DRAFT_COST,
                      runtime::newScope)) {
            decoder.decode(selector, List.of(search), 1);
          }
          return null;
        });
    assertThat(search.answers().get(0).ids()).hasSizeGreaterThan(1);
  }

  @Test
  void statesOfSeveralSequencesAreRefused() {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              RewindableState two = own(scope, prompts.get(0), prompts.get(1));
              RewindableState one = own(scope, prompts.get(0))) {
            assertThatThrownBy(
                    () -> new SpeculativeDecoder(one, two, DRAFT_COST, runtime::newScope))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but they have 1 and 2");
          }
          return null;
        });
  }

  @Test
  void aGreedySearchTakesTheIdsOfEachDraftAndEndsWithTheAnswer() {
    List<Integer> expected = ofTheLargeModel(prompts.get(0));
    Search search = settings(GenerationOptions.builder().build(), STEPS).start();
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope);
              SpeculativeDecoder decoder =
                  new SpeculativeDecoder(
                      own(scope, prompts.get(0)),
                      own(scope, prompts.get(0)),
                      DRAFT_COST,
                      runtime::newScope)) {
            assertThat(decoder.shared()).isEmpty();
            int made = decoder.decode(selector, List.of(search), 1);
            assertThat(search.answers().get(0).ids()).isEqualTo(expected.subList(0, made));
            while (search.finishReason().isEmpty()) {
              decoder.decode(selector, List.of(search), 1);
            }
          }
          return null;
        });
    assertThat(search.answers().get(0).ids()).isEqualTo(expected);
  }

  @Test
  void searchesThatCannotBeDraftedForAreRefused() {
    Search greedy = settings(GenerationOptions.builder().build(), STEPS).start();
    Search beams = settings(GenerationOptions.builder().numBeams(4).build(), STEPS).start();
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope);
              SpeculativeDecoder decoder =
                  new SpeculativeDecoder(
                      own(scope, prompts.get(0)),
                      own(scope, prompts.get(0)),
                      DRAFT_COST,
                      runtime::newScope)) {
            assertThatThrownBy(() -> decoder.decode(selector, List.of(beams), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but got 1, the first a BeamTracker of 4");
            assertThatThrownBy(() -> decoder.decode(selector, List.of(greedy, greedy), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but got 2, the first a GreedySearch of 1");
          }
          return null;
        });
  }

  private static Search.Answer searched(int[] prompt, GenerationOptions options, boolean drafts) {
    return searched(prompt, options, drafts, STEPS);
  }

  private static Search.Answer searched(
      int[] prompt, GenerationOptions options, boolean drafts, int steps) {
    return runtime.call(
        () -> {
          TokenBatch batch = TokenBatch.of(prompt);
          Search search = settings(options, steps).start();
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope)) {
            RewindableState verifier = own(scope, prompt);
            if (!drafts) {
              try (verifier) {
                while (search.finishReason().isEmpty()) {
                  selector.step(verifier, List.of(search));
                }
              }
              return search.answers().get(0);
            }
            NDArray h = llm.encode(scope, batch);
            NDArray fused =
                new PromptFuser(slm.embeddings(), projector, Fusion.ADD).fuse(scope, h, batch);
            RewindableState drafter =
                slm.prefill(fused, batch.lengths()).asRewindable().orElseThrow();
            try (SpeculativeDecoder decoder =
                new SpeculativeDecoder(drafter, verifier, DRAFT_COST, runtime::newScope)) {
              while (search.finishReason().isEmpty()) {
                decoder.decode(selector, List.of(search), 1);
              }
            }
            return search.answers().get(0);
          }
        });
  }

  private static SearchSettings settings(GenerationOptions options, int steps) {
    int vocabulary = llm.decoder().orElseThrow().vocabularySize();
    return new SearchSettings(
        options,
        Set.of(1),
        steps,
        vocabulary,
        List.of(0),
        List.of(),
        ForcedTokens.NONE,
        ids -> false,
        ids -> false,
        PromptDrafts.NONE);
  }

  /** Probabilities of the first two tokens, or of the first one where it ends the answer. */
  private static Map<List<Integer>, Double> jointProbabilities(
      int[] prompt, GenerationOptions options) {
    return runtime.call(
        () -> {
          Map<List<Integer>, Double> joint = new HashMap<>();
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope)) {
            Map<Integer, Double> first = new HashMap<>();
            try (DecoderState state = own(scope, prompt)) {
              first.putAll(probabilities(selector, scope, state, options));
            }
            for (Map.Entry<Integer, Double> each : first.entrySet()) {
              if (each.getKey() == 1) {
                joint.put(List.of(1), each.getValue());
                continue;
              }
              try (DecoderState state = own(scope, prompt)) {
                state.decodeOne(scope);
                state.choose(new int[] {each.getKey()});
                probabilities(selector, scope, state, options)
                    .forEach((id, p) -> joint.put(List.of(each.getKey(), id), each.getValue() * p));
              }
            }
          }
          return joint;
        });
  }

  private static Map<Integer, Double> probabilities(
      TokenSelector selector, NDManager scope, DecoderState state, GenerationOptions options) {
    Search search = settings(options, 2).start();
    TopTokens top = selector.select(scope, state.decodeOne(scope), List.of(search));
    float[] scores = new float[top.width(0)];
    for (int rank = 0; rank < scores.length; rank++) {
      scores[rank] = top.score(0, rank);
    }
    double[] p = Sampler.probabilities(scores, options.sampling().orElseThrow());
    Map<Integer, Double> byId = new HashMap<>();
    for (int rank = 0; rank < p.length; rank++) {
      byId.put(top.id(0, rank), p[rank]);
    }
    return byId;
  }

  private static List<Integer> speculated(int[] prompt, int steps) {
    return runtime.call(
        () -> {
          TokenBatch batch = TokenBatch.of(prompt);
          try (NDManager scope = runtime.newScope()) {
            NDArray h = llm.encode(scope, batch);
            NDArray fused =
                new PromptFuser(slm.embeddings(), projector, Fusion.ADD).fuse(scope, h, batch);
            RewindableState drafter =
                slm.prefill(fused, batch.lengths()).asRewindable().orElseThrow();
            try (SpeculativeDecoder decoder =
                new SpeculativeDecoder(
                    drafter, own(scope, prompt), DRAFT_COST, runtime::newScope)) {
              return decoded(() -> decoder.decodeRun(steps));
            }
          }
        });
  }

  private static List<Integer> ofTheLargeModel(int[] prompt) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              DecoderState state = own(scope, prompt)) {
            return decoded(() -> state.decodeMany(1)[0]);
          }
        });
  }

  private static RewindableState own(NDManager scope, int[]... ids) {
    TokenBatch batch = TokenBatch.of(ids);
    return llm.decoder()
        .orElseThrow()
        .prefill(llm.encode(scope, batch), batch)
        .asRewindable()
        .orElseThrow();
  }

  private static List<Integer> decoded(Supplier<int[]> call) {
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < STEPS && !ids.contains(1)) {
      Arrays.stream(call.get()).forEach(ids::add);
    }
    int end = ids.indexOf(1);
    return ids.subList(0, end < 0 ? STEPS : end + 1);
  }
}
