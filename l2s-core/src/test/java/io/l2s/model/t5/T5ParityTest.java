package io.l2s.model.t5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.Precision;
import io.l2s.model.DecoderState;
import io.l2s.model.EncoderDecoderModel;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.MatmulKernel;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The T5 program against transformers, over both generations and all file forms. */
class T5ParityTest extends OnEngine {

  static Stream<Arguments> checkpointsAndProducts() {
    // A build of the engine for other processors may lack oneDNN.
    List<MatmulKernel> here =
        CpuFeatures.current().x86() ? List.of(MatmulKernel.values()) : List.of(MatmulKernel.PLAIN);
    return Stream.of("t5-relu", "t5-gated", "t5-gated-bf16-sharded", "t5-llm", "mt5")
        .flatMap(name -> here.stream().map(products -> arguments(name, products)));
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void promptFeaturesEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (EncoderDecoderModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        float[] features = features(model.asLlm(), Fixture.ids(each.get("input_ids")));
        assertThat(difference(fixture, each, "hidden", features)).isLessThan(1e-4f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void logitsEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (EncoderDecoderModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        int[] forced = Fixture.ids(each.get("forced_target_ids"));
        float[] logits = runtime.call(() -> logits(model, each, forced));
        assertThat(difference(fixture, each, "logits", logits)).isLessThan(1e-4f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void greedyIdsOfSinglePromptsEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (EncoderDecoderModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        JsonObject greedy = each.getAsJsonObject("greedy");
        if (greedy.get("min_margin").getAsDouble() < Fixture.NOISE) {
          continue;
        }
        TokenBatch prompt = TokenBatch.of(Fixture.ids(each.get("input_ids")));
        assertThat(generate(model, prompt, fixture.maxNewTokens(), 8).get(0))
            .as(each.get("text").getAsString())
            .isEqualTo(Fixture.ids(greedy.get("ids")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void greedyIdsOfABatchOfUnequalPromptsEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    JsonObject batch = fixture.expected().getAsJsonObject("batch");
    List<int[]> prompts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonElement key : batch.getAsJsonArray("cases")) {
      fixture.cases().stream()
          .filter(each -> each.get("key").equals(key))
          .forEach(each -> prompts.add(Fixture.ids(each.get("input_ids"))));
    }
    JsonArray rows = batch.getAsJsonArray("greedy_ids");
    rows.forEach(row -> expected.add(Fixture.ids(row)));
    try (EncoderDecoderModel model = load(fixture, products)) {
      List<int[]> actual = generate(model, new TokenBatch(prompts), fixture.maxNewTokens(), 3);
      assertThat(actual).hasSameSizeAs(expected).containsExactlyElementsOf(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu"})
  void keptRowsGoOnAsIfTheyHadBeenAlone(String name) {
    Fixture fixture = Fixture.open(name);
    List<JsonObject> cases = fixture.cases();
    int[] first = Fixture.ids(cases.get(0).get("input_ids"));
    int[] second = Fixture.ids(cases.get(1).get("input_ids"));
    try (EncoderDecoderModel model = load(fixture)) {
      int[][] alone = decode(model, TokenBatch.of(second), 70, 100, null);
      int[][] kept = decode(model, TokenBatch.of(first, second), 70, 100, new int[] {1});
      assertThat(kept[0]).isEqualTo(alone[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theLlmsOwnDecoderGoesOnFromTheFeaturesOfAnyLayer(int layer) {
    Fixture fixture = Fixture.open("t5-llm");
    TokenBatch prompts =
        new TokenBatch(
            fixture.cases().stream()
                .map(each -> Fixture.ids(each.get("input_ids")))
                .limit(3)
                .toList());
    try (EncoderDecoderModel model = load(fixture)) {
      float[] expected = attended(model.asLlm(), prompts);
      float[] actual = attended(model.asLlm(OptionalInt.of(layer)), prompts);
      assertThat(Fixture.largestDifference(actual, expected)).isLessThan(1e-4f);
    }
  }

  @Test
  void layerZeroIsTheEmbeddingsAndTheLastLayerIsTheDefault() {
    Fixture fixture = Fixture.open("t5-llm");
    int[] ids = Fixture.ids(fixture.cases().get(0).get("input_ids"));
    try (EncoderDecoderModel model = load(fixture)) {
      float[] embedded =
          runtime.call(
              () -> {
                try (NDManager scope = runtime.newScope()) {
                  return model.asSlm().embeddings().embed(scope, TokenBatch.of(ids)).toFloatArray();
                }
              });
      float[] last = features(model.asLlm(), ids);
      assertThat(features(model.asLlm(OptionalInt.of(0)), ids)).isEqualTo(embedded);
      assertThat(features(model.asLlm(OptionalInt.of(3)), ids)).isEqualTo(last);
      assertThat(features(model.asLlm(OptionalInt.of(2)), ids)).isNotEqualTo(last);
    }
  }

  // Logits of the first step.
  private static float[] attended(LlmEncoder llm, TokenBatch prompts) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            NDArray h = llm.encode(scope, prompts);
            try (DecoderState state = llm.decoder().orElseThrow().prefill(h, prompts)) {
              return state.decodeOne(scope).toFloatArray();
            }
          }
        });
  }

  // Seventy steps, so that the cache grows on the way; rows are dropped after the fourth.
  private static int[][] decode(
      EncoderDecoderModel model, TokenBatch prompts, int steps, int maxNewTokens, int[] keep) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              DecoderState state = prefill(scope, model, prompts)) {
            state.decodeMany(4);
            if (keep != null) {
              state.reorder(keep);
            }
            int[] made = new int[steps];
            for (int i = 0; i < steps; i++) {
              made[i] = state.decodeMany(1)[0][0];
            }
            return new int[][] {made};
          }
        });
  }

  private static EncoderDecoderModel load(Fixture fixture) {
    return new T5Family()
        .load(
            new Loading(
                runtime, Checkpoint.open(fixture.directory()), Device.cpu(), Precision.F32));
  }

  private static EncoderDecoderModel load(Fixture fixture, MatmulKernel products) {
    Checkpoint checkpoint = Checkpoint.open(fixture.directory());
    T5Family family = new T5Family();
    return EncoderDecoderModel.load(
        family.stored(checkpoint),
        family.sizes(checkpoint),
        new Loading(runtime, checkpoint, Device.cpu(), Precision.F32),
        Precision.F32,
        products);
  }

  private static float[] features(LlmEncoder encoder, int[] ids) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return encoder.encode(scope, TokenBatch.of(ids)).toFloatArray();
          }
        });
  }

  private static float[] logits(EncoderDecoderModel model, JsonObject each, int[] forced) {
    try (NDManager scope = runtime.newScope()) {
      int[] inputs = new int[forced.length];
      System.arraycopy(forced, 0, inputs, 1, forced.length - 1);
      NDArray h = model.asLlm().encode(scope, TokenBatch.of(Fixture.ids(each.get("input_ids"))));
      return model.score(scope, h, TokenBatch.of(inputs)).toFloatArray();
    }
  }

  private static float difference(Fixture fixture, JsonObject each, String kind, float[] actual) {
    return Fixture.largestDifference(
        actual, fixture.values(each.get("key").getAsString() + "." + kind));
  }

  private static List<int[]> generate(
      EncoderDecoderModel model, TokenBatch prompts, int maxNewTokens, int stepsPerCall) {
    return runtime.call(
        () -> {
          int[][] rows = new int[prompts.size()][0];
          try (NDManager scope = runtime.newScope();
              DecoderState state = prefill(scope, model, prompts)) {
            int made = 0;
            while (made < maxNewTokens) {
              int[][] next = state.decodeMany(Math.min(stepsPerCall, maxNewTokens - made));
              for (int row = 0; row < rows.length; row++) {
                rows[row] = joined(rows[row], next[row]);
              }
              made += next[0].length;
            }
          }
          return Arrays.stream(rows).map(T5ParityTest::untilEos).toList();
        });
  }

  private static DecoderState prefill(
      NDManager scope, EncoderDecoderModel model, TokenBatch prompts) {
    NDArray h = model.asLlm().encode(scope, prompts);
    LlmDecoder decoder = model.asLlm().decoder().orElseThrow();
    return decoder.prefill(h, prompts);
  }

  private static int[] joined(int[] head, int[] tail) {
    int[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  private static int[] untilEos(int[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == 1) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }
}
