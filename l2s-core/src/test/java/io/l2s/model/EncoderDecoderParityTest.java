package io.l2s.model;

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
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of encoder-decoder families against transformers. */
class EncoderDecoderParityTest extends OnEngine {

  static Stream<Arguments> checkpointsAndProducts() {
    // A build of the engine for other processors may lack oneDNN.
    List<MatmulKernel> here =
        CpuFeatures.current().x86() ? List.of(MatmulKernel.values()) : List.of(MatmulKernel.PLAIN);
    return Stream.of("t5-relu", "t5-gated", "t5-gated-bf16-sharded", "t5-llm", "mt5", "bart")
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
        float[] logits = runtime.call(() -> logits(model, fixture, each));
        assertThat(difference(fixture, each, "logits", logits)).isLessThan(1e-4f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void stepsGiveTheLogitsOfTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (EncoderDecoderModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        float[] logits = runtime.call(() -> steps(model, each));
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
        assertThat(generate(model, fixture, prompt, 8).get(0))
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
      List<int[]> actual = generate(model, fixture, new TokenBatch(prompts), 3);
      assertThat(actual).hasSameSizeAs(expected).containsExactlyElementsOf(expected);
    }
  }

  /** transformers 5 writes tied embeddings into every config of mT5, and scales none. */
  @Test
  void theOutputOfMt5IsNotScaledWhateverItsConfigSaysOfTies(@TempDir Path directory)
      throws IOException {
    Fixture fixture = Fixture.open("mt5");
    Path tied = Fixture.copy("mt5", directory);
    JsonObject config = Fixture.json(tied.resolve("config.json"));
    config.addProperty("tie_word_embeddings", true);
    Files.writeString(tied.resolve("config.json"), config.toString());
    JsonObject each = fixture.cases().get(0);
    try (EncoderDecoderModel model =
        load(new Fixture(tied, fixture.expected(), fixture.tensors()))) {
      float[] logits = runtime.call(() -> logits(model, fixture, each));
      assertThat(difference(fixture, each, "logits", logits)).isLessThan(1e-4f);
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
  @CsvSource({"t5-llm, 0", "t5-llm, 1", "t5-llm, 2", "t5-llm, 3", "bart, 0", "bart, 1", "bart, 2"})
  void theLlmsOwnDecoderGoesOnFromTheFeaturesOfAnyLayer(String name, int layer) {
    Fixture fixture = Fixture.open(name);
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
    return load(fixture, MatmulKernel.PLAIN);
  }

  private static EncoderDecoderModel load(Fixture fixture, MatmulKernel products) {
    Checkpoint checkpoint = Checkpoint.open(fixture.directory());
    EncoderDecoderFamily family =
        checkpoint.config().modelType().equals("bart") ? new BartFamily() : new T5Family();
    return EncoderDecoderModel.load(
        family,
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

  private static float[] logits(EncoderDecoderModel model, Fixture fixture, JsonObject each) {
    int[] forced = Fixture.ids(each.get("forced_target_ids"));
    try (NDManager scope = runtime.newScope()) {
      int[] inputs = new int[forced.length];
      inputs[0] = fixture.expected().get("decoder_start_token_id").getAsInt();
      System.arraycopy(forced, 0, inputs, 1, forced.length - 1);
      NDArray h = model.asLlm().encode(scope, TokenBatch.of(Fixture.ids(each.get("input_ids"))));
      return model.score(scope, h, TokenBatch.of(inputs)).toFloatArray();
    }
  }

  private static float[] steps(EncoderDecoderModel model, JsonObject each) {
    int[] forced = Fixture.ids(each.get("forced_target_ids"));
    List<float[]> rows = new ArrayList<>();
    TokenBatch prompt = TokenBatch.of(Fixture.ids(each.get("input_ids")));
    try (NDManager scope = runtime.newScope();
        DecoderState state = prefill(scope, model, prompt)) {
      for (int id : forced) {
        rows.add(state.decodeOne(scope).toFloatArray());
        state.choose(new int[] {id});
      }
    }
    float[] all = new float[rows.size() * rows.get(0).length];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * rows.get(i).length, rows.get(i).length);
    }
    return all;
  }

  private static float difference(Fixture fixture, JsonObject each, String kind, float[] actual) {
    return Fixture.largestDifference(
        actual, fixture.values(each.get("key").getAsString() + "." + kind));
  }

  private static List<int[]> generate(
      EncoderDecoderModel model, Fixture fixture, TokenBatch prompts, int stepsPerCall) {
    List<Integer> eos = new ArrayList<>();
    fixture.expected().getAsJsonArray("eos_token_ids").forEach(id -> eos.add(id.getAsInt()));
    int most = fixture.maxNewTokens();
    ForcedTokens forced = model.asSlm().forcedTokens();
    return runtime.call(
        () -> {
          int[][] rows = new int[prompts.size()][0];
          try (NDManager scope = runtime.newScope();
              DecoderState state = prefill(scope, model, prompts)) {
            if (forced.first().isPresent()) {
              int[] first = new int[prompts.size()];
              Arrays.fill(first, forced.first().getAsInt());
              state.decodeOne(scope);
              state.choose(first);
              Arrays.setAll(rows, row -> new int[] {first[row]});
            }
            while (rows[0].length < most) {
              int[][] next = state.decodeMany(Math.min(stepsPerCall, most - rows[0].length));
              for (int row = 0; row < rows.length; row++) {
                rows[row] = joined(rows[row], next[row]);
              }
            }
          }
          forced.last().ifPresent(id -> Arrays.stream(rows).forEach(row -> row[most - 1] = id));
          return Arrays.stream(rows).map(row -> until(eos, row)).toList();
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

  private static int[] until(List<Integer> eos, int[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (eos.contains(ids[i])) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }
}
