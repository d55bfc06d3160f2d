package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.ModelLoadException;
import io.l2s.PairFiles;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.Route;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import io.l2s.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair whose SLM has the LLM's tokens under other ids. */
class TwoTokenizersTest {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final Path LLM = Fixture.path("t5-llm");
  private static final Path ADD = Fixture.path("hybrid-a-t5-t5-add");
  private static final Path REPLACE = Fixture.path("hybrid-b-t5-t5-replace");
  private static final String PROMPT = "translate English to German: I am at home.";

  @TempDir private static Path directory;

  private static NativeRuntime runtime;
  private static ModelLoader loader;
  private static LlmEncoder llm;
  private static SlmDecoder slm;
  private static SlmDecoder replaced;
  private static Projector adapted;
  private static Projector plain;
  private static Projector replacing;
  private static Path slmFiles;
  private static Path replacedFiles;

  @BeforeAll
  static void load() throws IOException {
    runtime = NativeRuntime.start(false);
    loader = new ModelLoader(runtime, () -> 0);
    llm = loader.loadLlm(LLM, F32);
    slmFiles = PairFiles.withOtherIds(ADD.resolve("slm"), directory.resolve("slm"));
    replacedFiles = PairFiles.withOtherIds(REPLACE.resolve("slm"), directory.resolve("replaced"));
    slm = loader.loadSlm(slmFiles, F32);
    replaced = loader.loadSlm(replacedFiles, F32);
    plain = loader.loadProjector(ADD.resolve("projector.safetensors"), F32);
    replacing = loader.loadProjector(REPLACE.resolve("projector.safetensors"), F32);
    adapted = loader.loadProjector(adapter(64, 96), F32);
  }

  private static Path adapter(long outputs, long inputs) {
    return PairFiles.withAdapter(
        ADD.resolve("projector.safetensors"),
        List.of(outputs, inputs),
        directory.resolve("projector-" + outputs + "-" + inputs + ".safetensors"));
  }

  @AfterAll
  static void close() {
    List.of(adapted, replacing, plain).forEach(Projector::close);
    replaced.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  private static HybridModelBuilder builder() {
    return new HybridModelBuilder(runtime).llm(llm, LLM).promptTokenizer(PromptTokenizer.LLM);
  }

  private static HybridModelBuilder adaptedPair() {
    return builder().slm(adapted, slm, slmFiles, Fusion.ADD);
  }

  @Test
  void theSlmReadsTheAdaptedEmbeddingsOfTheLlmsIdsAndProjectedFeatures() {
    TokenBatch prompts = TokenBatch.of(new int[] {40, 41, 42, 43, 1}, new int[] {70, 71, 1});
    float[] weight =
        Fixture.values(
            SafetensorsFile.open(adapter(64, 96)).tensors().get("embedding_adapter.weight"));
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            NDArray h = llm.encode(scope, prompts);
            float[] embedded = llm.embeddings().embed(scope, prompts).toFloatArray();
            float[] expected = adapted.project(scope, h).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
              for (int k = 0; k < 96; k++) {
                expected[i] += weight[i % 64 * 96 + k] * embedded[i / 64 * 96 + k];
              }
            }
            assertThat(
                    Fixture.largestDifference(
                        fuser().fuse(scope, h, prompts).toFloatArray(), expected))
                .isLessThan(1e-4f);
          }
          return null;
        });
  }

  private static PromptFuser fuser() {
    return PromptFuser.of(PromptTokenizer.LLM, llm, slm.embeddings(), adapted, Fusion.ADD);
  }

  @Test
  void theLlmsTokenizerReadsThePromptAndTheSlmsWritesTheAnswer() {
    Tokenizer prompts = Tokenizer.load(LLM.resolve("tokenizer.json"));
    Tokenizer answers = Tokenizer.load(slmFiles.resolve("tokenizer.json"));
    try (HybridLanguageModel model = adaptedPair().build()) {
      GenerationResult result = model.generate(GenerationRequest.of(PROMPT).withMaxNewTokens(8));
      assertThat(result.route()).isEqualTo(Route.HYBRID);
      assertThat(ids(result.promptIds())).isEqualTo(prompts.encode(PROMPT));
      assertThat(ids(result.ids())).isEqualTo(decoded(prompts.encode(PROMPT), 8));
      assertThat(result.text())
          .isEqualTo(answers.decode(result.ids()))
          .isNotEqualTo(prompts.decode(result.ids()));
    }
  }

  private static int[] decoded(int[] prompt, int steps) {
    TokenBatch batch = TokenBatch.of(prompt);
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            NDArray fused = fuser().fuse(scope, llm.encode(scope, batch), batch);
            try (DecoderState state = slm.prefill(fused, batch.lengths())) {
              int[] ids = state.decodeMany(steps)[0];
              int end = Arrays.stream(ids).boxed().toList().indexOf(1);
              return end < 0 ? ids : Arrays.copyOf(ids, end + 1);
            }
          }
        });
  }

  @Test
  void withReplaceNoAdapterIsNeededAndTheIdsAreThoseOfTheReference() {
    Fixture fixture = Fixture.open("hybrid-b-t5-t5-replace");
    try (HybridLanguageModel model =
        builder().slm(replacing, replaced, replacedFiles, Fusion.REPLACE).build()) {
      for (JsonObject each : fixture.cases()) {
        JsonObject greedy = each.getAsJsonObject("greedy");
        if (greedy.get("min_margin").getAsDouble() >= Fixture.NOISE) {
          GenerationResult result =
              model.generate(
                  GenerationRequest.of(each.get("text").getAsString())
                      .withMaxNewTokens(fixture.maxNewTokens()));
          assertThat(ids(result.ids())).isEqualTo(Fixture.ids(greedy.get("ids")));
        }
      }
    }
  }

  @Test
  void withReplaceAnAdapterIsAccepted() {
    try (HybridLanguageModel model =
        builder().slm(adapted, slm, slmFiles, Fusion.REPLACE).build()) {
      assertThat(model.routes()).contains(Route.HYBRID);
    }
  }

  @Test
  void theSlmAloneReadsThePromptWithItsOwnTokenizer() {
    Tokenizer own = Tokenizer.load(slmFiles.resolve("tokenizer.json"));
    try (HybridLanguageModel model = adaptedPair().slmAlone(slm, slmFiles).build()) {
      GenerationResult result =
          model.generate(
              GenerationRequest.of(PROMPT).withRoute(Route.SLM_ONLY).withMaxNewTokens(4));
      assertThat(ids(result.promptIds())).isEqualTo(own.encode(PROMPT));
    }
  }

  @Test
  void exactIsRefusedByNameWhereTheVocabulariesDifferThoughTheirSizesDoNot() {
    try (HybridLanguageModel model = adaptedPair().build()) {
      assertThat(model.routes()).containsExactlyInAnyOrder(Route.HYBRID, Route.LLM_ONLY);
      assertThatThrownBy(() -> model.generate(GenerationRequest.of(PROMPT).withRoute(Route.EXACT)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "route must be one of [HYBRID, LLM_ONLY] (EXACT needs one vocabulary, but the"
                  + " tokenizers of LLM and SLM have different tokens or ids), but was EXACT");
    }
  }

  @Test
  void oneVocabularyMayHaveAdaptedEmbeddingsAndExact() {
    try (HybridLanguageModel model =
        builder().slm(adapted, slm, ADD.resolve("slm"), Fusion.ADD).build()) {
      assertThat(model.routes()).contains(Route.EXACT);
    }
  }

  @Test
  void twoVocabulariesWithoutPromptTokenizerLlmAreRefusedWithTheRemedy() {
    assertThat(
            problems(
                adaptedPair()
                    .promptTokenizer(PromptTokenizer.SLM)
                    .slm(plain, slm, slmFiles, Fusion.ADD)))
        .containsExactly(
            "the tokenizer of the SLM differs from the LLM's in tokens or ids, but promptTokenizer"
                + " slm needs one vocabulary; set promptTokenizer llm, with a projector that was"
                + " trained so");
  }

  @Test
  void anAdapterThatIsNotReadIsRefused() {
    HybridModelBuilder pair =
        builder()
            .promptTokenizer(PromptTokenizer.SLM)
            .slm(adapted, slm, ADD.resolve("slm"), Fusion.ADD);
    assertThat(problems(pair))
        .containsExactly(
            "the projector's file has embedding_adapter.weight, which promptTokenizer slm does not"
                + " read; set promptTokenizer llm");
  }

  @Test
  void addWithoutAnAdapterIsRefusedWithTheRemedy() {
    assertThat(problems(builder().slm(plain, slm, slmFiles, Fusion.ADD)))
        .containsExactly(
            "promptTokenizer llm with fusion add needs embedding_adapter.weight in the projector's"
                + " file; train the pair with promptTokenizer llm, or use fusion replace");
  }

  @Test
  void anAdapterOfOtherWidthsIsRefusedWithBothWidths() {
    try (Projector other = loader.loadProjector(adapter(60, 90), F32)) {
      assertThat(problems(builder().slm(other, slm, slmFiles, Fusion.ADD)))
          .containsExactly(
              "embedding_adapter.weight takes embeddings of width 90, but the LLM's have width 96",
              "embedding_adapter.weight gives vectors of width 60, but the SLM takes width 64");
    }
  }

  @Test
  void anAdapterThatIsNoMatrixIsRefused() {
    Path file =
        PairFiles.withAdapter(
            ADD.resolve("projector.safetensors"),
            List.of(64L),
            directory.resolve("vector.safetensors"));
    assertThatThrownBy(() -> loader.loadProjector(file, F32))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "embedding_adapter.weight has shape [64], expected [slmWidth, llmEmbeddingWidth]");
  }

  @Test
  void aRefusalNamesTheFileThatHoldsTheValue() {
    Path file = adapter(60, 90);
    try (Projector other = loader.loadProjector(file, F32)) {
      HybridModelBuilder pair = builder().slm(other, slm, slmFiles, Fusion.ADD);
      assertThat(refusal(pair).location()).isEqualTo(file);

      ModelLoadException both = refusal(pair.promptTokenizer(PromptTokenizer.SLM));

      assertThat(both.location()).isEqualTo(slmFiles);
      assertThat(both.problems())
          .satisfiesExactly(
              tokenizers -> assertThat(tokenizers).startsWith("the tokenizer of the SLM differs"),
              adapter -> assertThat(adapter).startsWith(file + ": the projector's file has"));
    }
    assertThat(refusal(builder().slm(plain, slm, slmFiles, Fusion.ADD)).location())
        .isEqualTo(ADD.resolve("projector.safetensors"));
  }

  private static ModelLoadException refusal(HybridModelBuilder builder) {
    return catchThrowableOfType(ModelLoadException.class, builder::build);
  }

  private static List<String> problems(HybridModelBuilder builder) {
    return refusal(builder).problems();
  }

  private static int[] ids(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
