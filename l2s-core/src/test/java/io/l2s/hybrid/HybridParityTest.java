package io.l2s.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.HybridFixture;
import io.l2s.OnEngine;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encode, project, fuse and decode against transformers. */
class HybridParityTest extends OnEngine {

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
  void everyStageEqualsTheReference(String name) {
    try (HybridFixture hybrid = HybridFixture.load(name, runtime)) {
      runtime.call(
          () -> {
            hybrid.fixture().cases().forEach(each -> checkCase(hybrid, each));
            checkBatch(hybrid);
            return null;
          });
    }
  }

  private static void checkCase(HybridFixture hybrid, JsonObject each) {
    TokenBatch prompt = TokenBatch.of(Fixture.ids(each.get("input_ids")));
    try (NDManager scope = runtime.newScope()) {
      NDArray h = hybrid.llm().encode(scope, prompt);
      NDArray fused = hybrid.fuser().fuse(scope, h, prompt);
      assertThat(difference(hybrid, each, "H", h)).isLessThan(1e-4f);
      assertThat(difference(hybrid, each, "P", hybrid.projector().project(scope, h)))
          .isLessThan(1e-4f);
      assertThat(difference(hybrid, each, "fused", fused)).isLessThan(1e-4f);
      try (DecoderState state = hybrid.slm().prefill(fused, prompt.lengths())) {
        assertThat(difference(hybrid, each, "first_logits", state.decodeOne(scope)))
            .isLessThan(1e-4f);
      }
      if (isCertain(each)) {
        int[] expected = Fixture.ids(each.getAsJsonObject("greedy").get("ids"));
        try (DecoderState state = hybrid.slm().prefill(fused, prompt.lengths())) {
          int[] actual = state.decodeMany(hybrid.fixture().maxNewTokens())[0];
          assertThat(Arrays.copyOf(actual, expected.length))
              .as(each.get("text").getAsString())
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Prompts of unequal lengths together. */
  private static void checkBatch(HybridFixture hybrid) {
    Map<String, JsonObject> cases =
        hybrid.fixture().cases().stream()
            .collect(Collectors.toMap(each -> each.get("key").getAsString(), Function.identity()));
    JsonObject batch = hybrid.fixture().expected().getAsJsonObject("batch");
    JsonArray expected = batch.getAsJsonArray("greedy_ids");
    List<JsonObject> rows = new ArrayList<>();
    batch.getAsJsonArray("cases").forEach(key -> rows.add(cases.get(key.getAsString())));
    TokenBatch prompts =
        new TokenBatch(rows.stream().map(each -> Fixture.ids(each.get("input_ids"))).toList());
    try (NDManager scope = runtime.newScope()) {
      NDArray fused = hybrid.fuser().fuse(scope, hybrid.llm().encode(scope, prompts), prompts);
      try (DecoderState state = hybrid.slm().prefill(fused, prompts.lengths())) {
        int[][] made = state.decodeMany(hybrid.fixture().maxNewTokens());
        IntStream.range(0, rows.size())
            .filter(row -> isCertain(rows.get(row)))
            .forEach(
                row -> {
                  int[] ids = Fixture.ids(expected.get(row));
                  assertThat(Arrays.copyOf(made[row], ids.length)).isEqualTo(ids);
                });
      }
    }
  }

  private static boolean isCertain(JsonObject each) {
    return each.getAsJsonObject("greedy").get("min_margin").getAsDouble() >= Fixture.NOISE;
  }

  private static float difference(
      HybridFixture hybrid, JsonObject each, String kind, NDArray actual) {
    return Fixture.largestDifference(
        actual.toFloatArray(), hybrid.fixture().values(each.get("key").getAsString() + "." + kind));
  }
}
