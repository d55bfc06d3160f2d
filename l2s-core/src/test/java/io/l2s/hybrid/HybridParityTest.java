package io.l2s.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encode, project, fuse and decode against transformers. */
class HybridParityTest extends OnEngine {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  @ParameterizedTest
  @CsvSource({
    "hybrid-a-t5-t5-add, ADD",
    "hybrid-b-t5-t5-replace, REPLACE",
    "hybrid-c-t5-gpt2-add, ADD"
  })
  void everyStageEqualsTheReference(String name, Fusion fusion) {
    Fixture fixture = Fixture.open(name);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    try (LlmEncoder llm = loader.loadLlm(Fixture.path("t5-llm"), F32);
        Projector projector =
            loader.loadProjector(fixture.directory().resolve("projector.safetensors"), F32);
        SlmDecoder slm = loader.loadSlm(fixture.directory().resolve("slm"), F32)) {
      for (JsonObject each : fixture.cases()) {
        runtime.call(
            () -> {
              checkCase(fixture, each, llm, projector, slm, fusion);
              return null;
            });
      }
    }
  }

  private static void checkCase(
      Fixture fixture,
      JsonObject each,
      LlmEncoder llm,
      Projector projector,
      SlmDecoder slm,
      Fusion fusion) {
    TokenBatch prompt = TokenBatch.of(Fixture.ids(each.get("input_ids")));
    try (NDManager scope = runtime.newScope()) {
      NDArray h = llm.encode(scope, prompt);
      NDArray fused = new PromptFuser(slm.embeddings(), projector, fusion).fuse(scope, h, prompt);
      assertThat(difference(fixture, each, "H", h)).isLessThan(1e-4f);
      assertThat(difference(fixture, each, "P", projector.project(scope, h))).isLessThan(1e-4f);
      assertThat(difference(fixture, each, "fused", fused)).isLessThan(1e-4f);
      JsonObject greedy = each.getAsJsonObject("greedy");
      if (greedy.get("min_margin").getAsDouble() >= Fixture.NOISE) {
        int[] expected = Fixture.ids(greedy.get("ids"));
        try (DecoderState state = slm.prefill(fused, prompt.lengths())) {
          int[] actual = state.decodeMany(fixture.maxNewTokens())[0];
          assertThat(Arrays.copyOf(actual, expected.length))
              .as(each.get("text").getAsString())
              .isEqualTo(expected);
        }
      }
    }
  }

  private static float difference(Fixture fixture, JsonObject each, String kind, NDArray actual) {
    return Fixture.largestDifference(
        actual.toFloatArray(), fixture.values(each.get("key").getAsString() + "." + kind));
  }
}
