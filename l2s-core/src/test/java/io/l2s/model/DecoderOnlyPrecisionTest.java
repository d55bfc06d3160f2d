package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoder-only models in bf16 and int8: close to float32, and the same in any company. */
class DecoderOnlyPrecisionTest extends OnEngine {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "gpt2, BF16, 0.03", "llama, BF16, 0.03", "qwen2, BF16, 0.03", "qwen3, BF16, 0.03",
    "gpt2, INT8, 0.06", "llama, INT8, 0.06", "qwen2, INT8, 0.06", "qwen3, INT8, 0.06",
    "mistral, INT8, 0.06"
  })
  void featuresAndLogitsStayCloseToTheReference(String name, Precision precision, double most) {
    Fixture fixture = Fixture.open(name);
    try (DecoderOnlyModel model = load(fixture.directory(), precision)) {
      for (JsonObject each : fixture.cases()) {
        int[] ids = Fixture.ids(each.get("input_ids"));
        String key = each.get("key").getAsString();
        float[] features =
            onNativeThread(
                scope ->
                    model
                        .asLlm(OptionalInt.empty())
                        .encode(scope, TokenBatch.of(ids))
                        .toFloatArray());
        float[] logits = onNativeThread(scope -> rows(scope, model, ids)[0]);
        float[] expected = fixture.values(key + ".logits");

        assertThat(relativeDifference(features, fixture.values(key + ".hidden")))
            // Had the weights not been rounded, the figures would be those of float32.
            .isBetween(1e-4, most);
        assertThat(relativeDifference(logits, Arrays.copyOf(expected, logits.length)))
            .isBetween(1e-4, most);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "qwen2"})
  void eightBitLogitsOfAPromptDoNotDependOnItsCompany(String name) {
    int[] prompt = {11, 12, 13, 14, 15};
    try (DecoderOnlyModel model = load(Fixture.path(name), Precision.INT8)) {
      onNativeThread(
          scope -> {
            float[] alone = rows(scope, model, prompt)[0];
            float[][] together =
                rows(scope, model, new int[] {40, 41, 42, 43, 44, 45, 46, 47}, prompt, prompt);
            assertThat(Fixture.largestDifference(together[1], alone)).isLessThan(1e-4f);
            assertThat(together[2]).isEqualTo(together[1]);
            return null;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt2-sharedvocab", "llama", "qwen2", "qwen3", "llama-scaled"})
  void storedEightBitWeightsGiveWhatRoundingAtLoadGives(String name) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    Path target = Files.createDirectory(directory.resolve("rounded"));
    family(checkpoint).quantizer().orElseThrow().quantize(runtime, checkpoint, target, n -> {});
    int[] prompt = {11, 12, 13, 14, 15};
    try (DecoderOnlyModel loaded = load(Fixture.path(name), Precision.INT8);
        DecoderOnlyModel stored = load(target, Precision.AUTO)) {
      onNativeThread(
          scope -> {
            float[] expected = rows(scope, loaded, prompt)[0];
            assertThat(Fixture.largestDifference(rows(scope, stored, prompt)[0], expected))
                .isLessThan(1e-5f);
            float[] features = features(scope, loaded, prompt);
            assertThat(Fixture.largestDifference(features(scope, stored, prompt), features))
                .isLessThan(1e-5f);
            return null;
          });
    }
  }

  @Test
  void aModelOfFewPositionsRunsInInt8() throws IOException {
    Path few =
        EditedCheckpoint.of(Fixture.path("gpt2")).positions("wpe.weight", 8).write(directory);
    Path config = few.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"n_positions\": 1024", "\"n_positions\": 8"));
    int[] prompt = {11, 12, 13};
    try (DecoderOnlyModel rounded = load(few, Precision.INT8);
        DecoderOnlyModel exact = load(few, Precision.F32)) {
      float[] expected = onNativeThread(scope -> rows(scope, exact, prompt)[0]);
      assertThat(relativeDifference(onNativeThread(s -> rows(s, rounded, prompt)[0]), expected))
          .isBetween(1e-4, 0.06);
    }
  }

  private static float[] features(NDManager scope, DecoderOnlyModel model, int[] prompt) {
    return model.asLlm(OptionalInt.empty()).encode(scope, TokenBatch.of(prompt)).toFloatArray();
  }

  /** Logits of each prompt's next token. */
  private static float[][] rows(NDManager scope, DecoderOnlyModel model, int[]... prompts) {
    TokenBatch batch = TokenBatch.of(prompts);
    SlmDecoder decoder = model.asSlm();
    List<float[]> rows = new ArrayList<>();
    try (DecoderState state =
        decoder.prefill(decoder.embeddings().embed(scope, batch), batch.lengths())) {
      NDArray logits = state.decodeOne(scope);
      for (int row = 0; row < batch.size(); row++) {
        rows.add(logits.get(row).toFloatArray());
      }
    }
    return rows.toArray(float[][]::new);
  }

  private static double relativeDifference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }

  private static DecoderOnlyFamily family(Checkpoint checkpoint) {
    return checkpoint.config().modelType().equals("gpt2") ? new Gpt2Family() : new LlamaFamily();
  }

  private static DecoderOnlyModel load(Path directory, Precision precision) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    Loading from = new Loading(runtime, checkpoint, Device.cpu(), precision);
    return family(checkpoint).load(from);
  }

  private interface Work<T> {
    T with(NDManager scope);
  }

  private static <T> T onNativeThread(Work<T> work) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return work.with(scope);
          }
        });
  }
}
