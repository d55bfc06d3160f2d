package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;
import io.l2s.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Real checkpoints of a pair, loaded once for a test class, with parts that count or fail. */
abstract class ServedPair {

  static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  static final Set<Integer> EOS = Set.of(1);

  static final Fixture FIXTURE = Fixture.open("hybrid-a-t5-t5-add");

  static final Fixture LLM = Fixture.open("t5-llm");

  static final AtomicInteger PASSES = new AtomicInteger();

  static NativeRuntime runtime;

  static LlmEncoder llm;

  static Projector projector;

  static SlmDecoder slm;

  static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    llm = loader.loadLlm(LLM.directory(), F32);
    slm = loader.loadSlm(FIXTURE.directory().resolve("slm"), F32);
    projector = loader.loadProjector(FIXTURE.directory().resolve("projector.safetensors"), F32);
    tokenizer = Tokenizer.load(LLM.directory().resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    projector.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  static final ServingOptions OPTIONS =
      ServingOptions.builder()
          .maxBatchSize(8)
          .defaults(new GenerationDefaults(FIXTURE.maxNewTokens(), Optional.empty()))
          .build();

  static ServedLanguageModel serve(LlmEncoder encoder, SlmDecoder decoder) {
    return new ServedLanguageModel(
        components(encoder, decoder), OPTIONS, runtime, ResponsivenessListener.NONE);
  }

  static ServedComponents components(LlmEncoder encoder, SlmDecoder decoder) {
    TextCodec text = TextCodec.of(tokenizer);
    return new ServedComponents(
        new ServedComponents.Llm(encoder, text, EOS),
        Optional.of(
            new ServedComponents.Slm(
                new PromptFuser(decoder.embeddings(), projector, Fusion.ADD), decoder, text, EOS)),
        Optional.empty());
  }

  static List<JsonObject> certainCases(Fixture fixture) {
    return fixture.cases().stream()
        .filter(
            each -> each.getAsJsonObject("greedy").get("min_margin").getAsDouble() >= Fixture.NOISE)
        .toList();
  }

  static List<GenerationRequest> requests(List<JsonObject> cases, Route route) {
    return cases.stream()
        .map(each -> GenerationRequest.of(each.get("text").getAsString()).withRoute(route))
        .toList();
  }

  static void assertAnswers(List<GenerationResult> results, List<JsonObject> cases) {
    for (int i = 0; i < results.size(); i++) {
      JsonObject greedy = cases.get(i).getAsJsonObject("greedy");
      GenerationResult result = results.get(i);
      assertThat(result.promptIds().stream().mapToInt(Integer::intValue).toArray())
          .isEqualTo(Fixture.ids(cases.get(i).get("input_ids")));
      assertThat(result.ids().stream().mapToInt(Integer::intValue).toArray())
          .as(cases.get(i).get("text").getAsString())
          .isEqualTo(Fixture.ids(greedy.get("ids")));
      assertThat(result.text()).isEqualTo(greedy.get("text").getAsString());
    }
  }

  /** The LLM, counting the prompts that it reads. */
  static final class CountingEncoder implements LlmEncoder {

    Optional<LlmDecoder> decoder = llm.decoder();

    CountingEncoder() {
      PASSES.set(0);
    }

    @Override
    public int width() {
      return llm.width();
    }

    @Override
    public TokenEmbedder embeddings() {
      return llm.embeddings();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      PASSES.addAndGet(prompts.size());
      return llm.encode(scope, prompts);
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return decoder;
    }
  }

  /** The SLM, failing to prefill. */
  static final class BrokenDecoder implements SlmDecoder {

    @Override
    public int vocabularySize() {
      return slm.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
    }

    @Override
    public TokenEmbedder embeddings() {
      return slm.embeddings();
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      throw new IllegalStateException("the SLM is broken");
    }
  }
}
