package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.model.bart.BartFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which BART checkpoints are stored, and those that are refused. */
class BartFamilyTest extends OnEngine {

  private static final TokenBatch PROMPT = TokenBatch.of(new int[] {0, 87, 85, 275, 2});
  private static final TokenBatch ANSWER = TokenBatch.of(new int[] {2, 0, 296, 411});

  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void copy() throws IOException {
    directory = Fixture.copy("bart", temporary);
  }

  @Test
  void namesMayLackThePrefix() {
    float[] expected = logits(Precision.F32);
    rename("^model\\.", "");
    assertThat(Checkpoint.open(directory).tensors()).containsKey("shared.weight");
    assertThat(logits(Precision.F32)).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.encoder.embed_tokens.weight",
        "model.decoder.embed_tokens.weight",
        "lm_head.weight"
      })
  void anyCopyOfTheSharedTableWillDo(String name) {
    float[] expected = logits(Precision.F32);
    float[] rounded = logits(Precision.INT8);
    rename("^model\\.shared\\.weight$", name);
    assertThat(logits(Precision.F32)).containsExactly(expected);
    assertThat(logits(Precision.INT8)).containsExactly(rounded);
  }

  @ParameterizedTest
  @CsvSource({
    "model.encoder.embed_tokens.weight, true",
    "model.decoder.embed_tokens.weight, false",
    "lm_head.weight, false"
  })
  void aTableOfItsOwnIsReadByItsOwnerOnly(String name, boolean encoders) {
    float[] expected = logits(Precision.F32);
    float[] features = features(Precision.F32);
    List<TensorData> tensors = tensors();
    TensorEntry shared = Checkpoint.open(directory).tensors().get("model.shared.weight");
    tensors.add(new TensorData(name, shared.type(), shared.shape(), bytes(shared)));
    write(tensors);
    assertClose(logits(Precision.F32), expected);

    tensors.remove(tensors.size() - 1);
    tensors.add(new TensorData(name, shared.type(), shared.shape(), halved(shared)));
    write(tensors);
    assertFar(logits(Precision.F32), expected);
    if (encoders) {
      assertFar(features(Precision.F32), features);
    } else {
      assertClose(features(Precision.F32), features);
    }
  }

  @Test
  void theBiasOfTheLogitsMayBeAbsent() {
    float[] with = logits(Precision.F32);
    float[] bias = Fixture.values(Checkpoint.open(directory).tensors().get("final_logits_bias"));
    List<TensorData> tensors = tensors();
    tensors.removeIf(each -> each.name().equals("final_logits_bias"));
    write(tensors);
    float[] without = logits(Precision.F32);
    for (int i = 0; i < with.length; i++) {
      with[i] -= bias[i % bias.length];
    }
    assertThat(Fixture.largestDifference(without, with)).isLessThan(1e-5f);
  }

  @Test
  void int8StaysWithinAFewPercent() {
    float[] expected = features(Precision.F32);
    float[] actual = features(Precision.INT8);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    // Had the weights not been rounded, the figures would be those of float32.
    assertThat(Math.sqrt(difference / size)).isBetween(1e-4, 0.06);
  }

  @Test
  void headsThatDoNotDivideTheWidthAreRefused() throws IOException {
    set("decoder_attention_heads", 5);
    assertRefused("d_model must be a multiple of decoder_attention_heads 5, but was 64");
  }

  @Test
  void tablesOfFewerPositionsThanTheConfigSaysAreRefused() throws IOException {
    set("max_position_embeddings", 2_000);
    assertRefused("model.encoder.embed_positions.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id"})
  void idsBeyondTheVocabularyAreRefused(String field) throws IOException {
    Files.delete(directory.resolve("generation_config.json"));
    set(field, 620);
    assertRefused(field + " must be below vocab_size 620, but was 620");
  }

  private void assertRefused(String message) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThatThrownBy(() -> new BartFamily().check(checkpoint))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private void set(String field, int value) throws IOException {
    Path file = directory.resolve("config.json");
    JsonObject config = StrictJson.read(file);
    config.addProperty(field, value);
    Files.writeString(file, config.toString());
  }

  private void rename(String pattern, String replacement) {
    List<TensorData> renamed = new ArrayList<>();
    for (TensorData each : tensors()) {
      String name = each.name().replaceFirst(pattern, replacement);
      renamed.add(new TensorData(name, each.type(), each.shape(), each.data()));
    }
    write(renamed);
  }

  private List<TensorData> tensors() {
    List<TensorData> tensors = new ArrayList<>();
    for (TensorEntry entry : Checkpoint.open(directory).tensors().values()) {
      tensors.add(new TensorData(entry.name(), entry.type(), entry.shape(), bytes(entry)));
    }
    return tensors;
  }

  private static ByteBuffer bytes(TensorEntry entry) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.byteLength()));
    return bytes.order(ByteOrder.LITTLE_ENDIAN).put(entry.map()).flip();
  }

  private static ByteBuffer halved(TensorEntry entry) {
    ByteBuffer bytes = bytes(entry);
    for (int at = 0; at < bytes.limit(); at += 4) {
      bytes.putFloat(at, bytes.getFloat(at) / 2 + 0.1f);
    }
    return bytes;
  }

  private void write(List<TensorData> tensors) {
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
  }

  private float[] features(Precision precision) {
    return run(precision, (scope, model) -> model.asLlm().encode(scope, PROMPT));
  }

  private float[] logits(Precision precision) {
    return run(
        precision,
        (scope, model) -> model.score(scope, model.asLlm().encode(scope, PROMPT), ANSWER));
  }

  private interface Work {
    NDArray of(NDManager scope, EncoderDecoderModel model);
  }

  private float[] run(Precision precision, Work work) {
    Loading from = new Loading(runtime, Checkpoint.open(directory), Device.cpu(), precision);
    try (EncoderDecoderModel model = LoadedModels.load(new BartFamily(), from)) {
      return runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              return work.of(scope, model).toFloatArray();
            }
          });
    }
  }

  // Where a tensor lies in the file changes the rounding of its products.
  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
  }

  private static void assertFar(float[] actual, float[] expected) {
    assertThat(actual).usingComparatorWithPrecision(1e-2f).isNotEqualTo(expected);
  }
}
