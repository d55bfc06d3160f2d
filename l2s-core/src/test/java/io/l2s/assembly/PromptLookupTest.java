package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l2s.Candidate;
import io.l2s.Fixture;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridFixture;
import io.l2s.HybridLanguageModel;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.PromptLookup;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers drafted by prompt lookup are those without, and need fewer passes of the model. */
class PromptLookupTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final int OPTION_SETS = 16;

  /** Longer prompts take long and would not fit the positions of some models twice. */
  private static final int LONGEST_PROMPT = 200;

  /** A step is a call, so that calls are passes of the model. */
  private static final ServingOptions STEP_BY_STEP =
      ServingOptions.builder().stepsPerCall(1).build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5-relu",
        "t5-gated",
        "mt5",
        "bart",
        "gpt2",
        "llama",
        "llama-scaled",
        "qwen2",
        "qwen3",
        "mistral"
      })
  void anLlmGivesTheIdsThatItGivesWithout(String name) {
    Fixture fixture = Fixture.open(name);
    try (LlmEncoder llm = new ModelLoader(runtime, () -> 0).loadLlm(fixture.directory(), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, fixture.directory())
                .options(STEP_BY_STEP)
                .build()) {
      assertSameIds(model, fixture, Route.LLM_ONLY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-a-t5-t5-add",
        "hybrid-b-t5-t5-replace",
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted",
        "hybrid-g-bart-qwen3-adapted"
      })
  void anSlmGivesTheIdsThatItGivesWithout(String name) {
    try (HybridFixture pair = HybridFixture.load(name, runtime);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(pair.llm(), pair.llmFiles())
                .slm(pair.projector(), pair.slm(), pair.slmFiles(), pair.fusion())
                .promptTokenizer(pair.promptTokenizer())
                .options(STEP_BY_STEP)
                .build()) {
      assertSameIds(model, pair.fixture(), Route.HYBRID);
    }
  }

  @Test
  void aSmallModelAloneGivesTheIdsThatItGivesWithout() {
    Path files = Fixture.path("gpt2-sharedvocab");
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    try (LlmEncoder llm = loader.loadLlm(Fixture.path("t5-llm"), F32);
        SlmDecoder alone = loader.loadSlm(files, F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, Fixture.path("t5-llm"))
                .slmAlone(alone, files)
                .options(STEP_BY_STEP)
                .build()) {
      assertSameIds(model, Fixture.open("gpt2-sharedvocab"), Route.SLM_ONLY);
    }
  }

  @Test
  void theDefaultDraftsForRequestsThatDoNotSay() {
    Fixture fixture = Fixture.open("t5-gated");
    PromptLookup lookup = new PromptLookup(10, 2);
    ServingOptions drafting =
        ServingOptions.builder()
            .stepsPerCall(1)
            .defaults(new GenerationDefaults(40, Optional.empty(), lookup))
            .build();
    try (LlmEncoder llm = new ModelLoader(runtime, () -> 0).loadLlm(fixture.directory(), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, fixture.directory())
                .options(drafting)
                .build()) {
      // An answer that may not end soon repeats itself.
      GenerationOptions longer = GenerationOptions.builder().minNewTokens(40).build();
      GenerationRequest request = GenerationRequest.of(text(fixture, 0)).withOptions(longer);
      GenerationRequest without =
          request.withOptions(longer.toBuilder().promptLookupNumTokens(0).build());
      GenerationRequest beams =
          request.withOptions(GenerationOptions.builder().numBeams(2).build());
      assertThat(passes(model, without)).isEqualTo(40);
      assertThat(passes(model, request)).isLessThan(40);
      assertThat(model.generate(request).ids()).isEqualTo(model.generate(without).ids());
      assertThat(model.generate(beams).ids()).isNotEmpty();
    }
  }

  @Test
  void requestsThatDecodeTogetherHaveTheIdsThatEachHasAloneAndWithoutDrafts() {
    Fixture fixture = Fixture.open("t5-gated");
    try (LlmEncoder llm = new ModelLoader(runtime, () -> 0).loadLlm(fixture.directory(), F32);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, fixture.directory())
                .options(STEP_BY_STEP)
                .build()) {
      List<GenerationRequest> requests = new ArrayList<>();
      List<List<Integer>> alone = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        GenerationRequest request =
            GenerationRequest.of(text(fixture, i)).withMaxNewTokens(10 + 6 * i);
        alone.add(model.generate(request).ids());
        requests.add(request.withOptions(drafted(10, 2)));
      }
      List<GenerationResult> together = model.generateAll(requests);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i).ids()).isEqualTo(alone.get(i));
      }
    }
  }

  private static GenerationOptions drafted(int tokens, int ngram) {
    return GenerationOptions.builder().promptLookup(new PromptLookup(tokens, ngram)).build();
  }

  private static String text(Fixture fixture, int number) {
    List<String> texts =
        fixture.cases().stream()
            .map(each -> each.get("text").getAsString())
            .filter(each -> !each.isEmpty() && each.length() < LONGEST_PROMPT)
            .toList();
    return texts.get(number % texts.size());
  }

  /** Random options, over prompts that repeat themselves, so that there is much to look up. */
  private static void assertSameIds(HybridLanguageModel model, Fixture fixture, Route route) {
    Random random = new Random(11);
    long plainPasses = 0;
    long draftedPasses = 0;
    for (int i = 0; i < OPTION_SETS; i++) {
      String text = text(fixture, i);
      String prompt = i % 3 == 0 ? text + " " + text : text;
      GenerationRequest request =
          GenerationRequest.of(prompt).withRoute(route).withMaxNewTokens(1 + random.nextInt(40));
      String usual = model.generate(request).text();
      GenerationOptions options = random(random, usual, request.maxNewTokens().orElseThrow());
      PromptLookup lookup = new PromptLookup(1 + random.nextInt(12), 1 + random.nextInt(3));
      GenerationRequest plain = request.withOptions(options);
      GenerationRequest drafted =
          request.withOptions(options.toBuilder().promptLookup(lookup).build());
      long before = calls(model);
      GenerationResult expected = model.generate(plain);
      plainPasses += calls(model) - before;
      before = calls(model);
      GenerationResult actual = model.generate(drafted);
      draftedPasses += calls(model) - before;
      assertThat(actual.ids()).as("%s of %s", drafted, prompt).isEqualTo(expected.ids());
      assertThat(actual.text()).isEqualTo(expected.text());
      assertThat(actual.finishReason()).isEqualTo(expected.finishReason());
      assertSameLogprobs(actual.candidates().get(0), expected.candidates().get(0));
    }
    assertThat(draftedPasses).isLessThan(plainPasses);
  }

  private static void assertSameLogprobs(Candidate actual, Candidate expected) {
    assertThat(actual.logprobs()).hasSameSizeAs(expected.logprobs());
    for (int i = 0; i < expected.logprobs().size(); i++) {
      assertThat(actual.logprobs().get(i)).isCloseTo(expected.logprobs().get(i), within(1e-4));
    }
  }

  /** Greedy by itself in a third of the cases, else with any of what a single answer may have. */
  private static GenerationOptions random(Random random, String usual, int maxNewTokens) {
    GenerationOptions.Builder builder = GenerationOptions.builder();
    if (random.nextInt(3) == 0) {
      return stopping(builder, random, usual).build();
    }
    if (random.nextInt(3) == 0) {
      builder
          .seed(random.nextLong())
          .temperature(0.3 + random.nextDouble())
          .topK(random.nextInt(9));
    }
    if (random.nextInt(3) == 0) {
      builder.repetitionPenalty(1 + random.nextDouble()).frequencyPenalty(random.nextDouble());
    }
    if (random.nextInt(3) == 0) {
      builder.noRepeatNgramSize(1 + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      builder.minNewTokens(random.nextInt(maxNewTokens + 1));
    }
    if (random.nextInt(3) == 0) {
      builder.badWordsIds(List.of(List.of(40 + random.nextInt(40)), List.of(5, 6)));
    }
    if (random.nextInt(3) == 0 && usual.strip().length() > 2) {
      builder.badWords(List.of(usual.strip().substring(0, 2)));
    }
    builder.logprobs(random.nextInt(3) == 0);
    return stopping(builder, random, usual).build();
  }

  private static GenerationOptions.Builder stopping(
      GenerationOptions.Builder builder, Random random, String usual) {
    if (random.nextInt(3) == 0 && usual.length() > 4) {
      int at = random.nextInt(usual.length() - 2);
      builder.stop(List.of(usual.substring(at, at + 2)));
    }
    return builder;
  }

  private static long passes(HybridLanguageModel model, GenerationRequest request) {
    long before = calls(model);
    model.generate(request);
    return calls(model) - before;
  }

  /** Decode calls of all turns that have ended. */
  private static long calls(HybridLanguageModel model) {
    runtime.call(() -> null);
    return model.servingStatistics().decodeCalls();
  }
}
