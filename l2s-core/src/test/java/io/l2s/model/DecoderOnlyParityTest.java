package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of decoder-only families against transformers. */
class DecoderOnlyParityTest extends OnEngine {

  static Stream<Arguments> checkpointsAndProducts() {
    // A build of the engine for other processors may lack oneDNN.
    List<MatmulKernel> here =
        CpuFeatures.current().x86() ? List.of(MatmulKernel.values()) : List.of(MatmulKernel.PLAIN);
    return Stream.of(
            "gpt2", "gpt2-sharedvocab", "llama", "llama-scaled", "qwen2", "qwen3", "mistral")
        .flatMap(name -> here.stream().map(products -> arguments(name, products)));
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void promptFeaturesEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (DecoderOnlyModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        float[] features = runtime.call(() -> features(model, prompt(each)));
        assertThat(difference(fixture, each, "hidden", features)).isLessThan(1e-4f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void logitsEqualTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (DecoderOnlyModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        float[] logits = runtime.call(() -> logits(model, each));
        assertThat(difference(fixture, each, "logits", logits)).isLessThan(1e-4f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndProducts")
  void stepsGiveTheLogitsOfTheReference(String name, MatmulKernel products) {
    Fixture fixture = Fixture.open(name);
    try (DecoderOnlyModel model = load(fixture, products)) {
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
    try (DecoderOnlyModel model = load(fixture, products)) {
      for (JsonObject each : fixture.cases()) {
        JsonObject greedy = each.getAsJsonObject("greedy");
        if (greedy.get("min_margin").getAsDouble() < Fixture.NOISE) {
          continue;
        }
        assertThat(generate(model, fixture, TokenBatch.of(prompt(each)), 8).get(0))
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
          .forEach(each -> prompts.add(prompt(each)));
    }
    batch.getAsJsonArray("greedy_ids").forEach(row -> expected.add(Fixture.ids(row)));
    try (DecoderOnlyModel model = load(fixture, products)) {
      List<int[]> actual = generate(model, fixture, new TokenBatch(prompts), 3);
      assertThat(actual).hasSameSizeAs(expected).containsExactlyElementsOf(expected);
    }
  }

  private static DecoderOnlyModel load(Fixture fixture, MatmulKernel products) {
    Checkpoint checkpoint = Checkpoint.open(fixture.directory());
    DecoderOnlyFamily family =
        checkpoint.config().modelType().equals("gpt2") ? new Gpt2Family() : new LlamaFamily();
    return DecoderOnlyModel.load(
        family,
        new Loading(runtime, checkpoint, Device.cpu(), Precision.F32),
        Precision.F32,
        products);
  }

  private static int[] prompt(JsonObject each) {
    return Fixture.ids(each.get("input_ids"));
  }

  private static float[] features(DecoderOnlyModel model, int[] ids) {
    try (NDManager scope = runtime.newScope()) {
      return model.asLlm(OptionalInt.empty()).encode(scope, TokenBatch.of(ids)).toFloatArray();
    }
  }

  /** Under teacher forcing: the prompt and all forced ids but the last. */
  private static float[] logits(DecoderOnlyModel model, JsonObject each) {
    int[] prompt = prompt(each);
    int[] forced = Fixture.ids(each.get("forced_target_ids"));
    int[] inputs = Arrays.copyOf(prompt, prompt.length + forced.length - 1);
    System.arraycopy(forced, 0, inputs, prompt.length, forced.length - 1);
    try (NDManager scope = runtime.newScope()) {
      NDArray logits = model.score(scope, TokenBatch.of(inputs));
      NDIndex answer = new NDIndex("0, " + (prompt.length - 1) + ":");
      return logits.get(answer).toFloatArray();
    }
  }

  private static float[] steps(DecoderOnlyModel model, JsonObject each) {
    int[] forced = Fixture.ids(each.get("forced_target_ids"));
    List<float[]> rows = new ArrayList<>();
    try (NDManager scope = runtime.newScope();
        DecoderState state = prefill(scope, model, TokenBatch.of(prompt(each)))) {
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
      DecoderOnlyModel model, Fixture fixture, TokenBatch prompts, int stepsPerCall) {
    List<Integer> eos = new ArrayList<>();
    fixture.expected().getAsJsonArray("eos_token_ids").forEach(id -> eos.add(id.getAsInt()));
    int most = fixture.maxNewTokens();
    return runtime.call(
        () -> {
          int[][] rows = new int[prompts.size()][0];
          try (NDManager scope = runtime.newScope();
              DecoderState state = prefill(scope, model, prompts)) {
            int made = 0;
            while (made < most) {
              int[][] next = state.decodeMany(Math.min(stepsPerCall, most - made));
              for (int row = 0; row < rows.length; row++) {
                rows[row] = joined(rows[row], next[row]);
              }
              made += next[0].length;
            }
          }
          return Arrays.stream(rows).map(row -> until(eos, row)).toList();
        });
  }

  private static DecoderState prefill(NDManager scope, DecoderOnlyModel model, TokenBatch prompts) {
    SlmDecoder decoder = model.asSlm();
    return decoder.prefill(decoder.embeddings().embed(scope, prompts), prompts.lengths());
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
