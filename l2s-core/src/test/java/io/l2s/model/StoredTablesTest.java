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
import io.l2s.conversion.Quantization;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names under which checkpoints hold token tables: one that is shared is stored once. */
class StoredTablesTest extends OnEngine {

  private static final TokenBatch PROMPT = TokenBatch.of(new int[] {87, 85, 275, 9, 1});
  private static final TokenBatch ANSWER = TokenBatch.of(new int[] {0, 296, 411});

  @TempDir private Path temporary;
  private Path directory;

  @ParameterizedTest
  @CsvSource({
    "t5-relu, encoder.embed_tokens.weight",
    "t5-relu, decoder.embed_tokens.weight",
    "t5-relu, lm_head.weight",
    // As safetensors stores T5 v1.1 and MADLAD, whose head is no table.
    "t5-gated, encoder.embed_tokens.weight",
    "t5-gated, decoder.embed_tokens.weight"
  })
  void anyNameOfT5sSharedTableWillDo(String fixture, String name) throws IOException {
    directory = Fixture.copy(fixture, temporary);
    float[] expected = t5(Precision.F32, false);
    float[] rounded = t5(Precision.INT8, false);
    rename("shared.weight", name);
    assertClose(t5(Precision.F32, false), expected);
    assertThat(t5(Precision.INT8, false)).containsExactly(rounded);

    Path stored = temporary.resolve("stored");
    new Quantization(runtime, config -> new T5Family()).checkpoint(directory, stored, n -> {});
    directory = stored;
    assertThat(t5(Precision.INT8, false)).containsExactly(rounded);
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.embed_tokens.weight, true",
    "decoder.embed_tokens.weight, false",
    "lm_head.weight, false"
  })
  void aTableThatDiffersIsReadByItsOwner(String name, boolean encoders) throws IOException {
    directory = Fixture.copy("t5-relu", temporary);
    float[] logits = t5(Precision.F32, false);
    float[] features = t5(Precision.F32, true);
    add("shared.weight", name, false);
    assertClose(t5(Precision.F32, false), logits);

    directory = Fixture.copy("t5-relu", Files.createDirectory(temporary.resolve("differs")));
    add("shared.weight", name, true);
    assertFar(t5(Precision.F32, false), logits);
    if (encoders) {
      assertFar(t5(Precision.F32, true), features);
    } else {
      assertClose(t5(Precision.F32, true), features);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, transformer.wte.weight",
    "qwen2, model.embed_tokens.weight",
    "qwen3, model.embed_tokens.weight"
  })
  void aTiedTableOfADecoderMayBeStoredAsItsHead(String fixture, String table) throws IOException {
    directory = Fixture.copy(fixture, temporary);
    float[] expected = decoderOnly(fixture, Precision.F32);
    float[] rounded = decoderOnly(fixture, Precision.INT8);
    rename(table, "lm_head.weight");
    assertClose(decoderOnly(fixture, Precision.F32), expected);
    assertThat(decoderOnly(fixture, Precision.INT8)).containsExactly(rounded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral"})
  void aHeadIsNoTableWhereTheConfigDoesNotTieThem(String fixture) throws IOException {
    directory = Fixture.copy(fixture, temporary);
    List<TensorData> tensors = tensors();
    tensors.removeIf(each -> each.name().equals("model.embed_tokens.weight"));
    write(tensors);
    assertThatThrownBy(() -> new LlamaFamily().check(Checkpoint.open(directory)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("missing tensor model.embed_tokens.weight");
  }

  @Test
  void aMissingHeadIsNamedWhereTheConfigDoesNotTieIt() throws IOException {
    directory = Fixture.copy("t5-gated", temporary);
    Path file = directory.resolve("config.json");
    JsonObject config = StrictJson.read(file);
    config.addProperty("tie_word_embeddings", false);
    Files.writeString(file, config.toString());
    List<TensorData> tensors = tensors();
    tensors.removeIf(each -> each.name().equals("lm_head.weight"));
    write(tensors);
    assertThatThrownBy(() -> new T5Family().check(Checkpoint.open(directory)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("missing tensor lm_head.weight");
  }

  private void rename(String from, String to) {
    List<TensorData> renamed = new ArrayList<>();
    for (TensorData each : tensors()) {
      String name = each.name().equals(from) ? to : each.name();
      renamed.add(new TensorData(name, each.type(), each.shape(), each.data()));
    }
    write(renamed);
  }

  private void add(String from, String name, boolean changed) {
    List<TensorData> tensors = tensors();
    TensorEntry entry = Checkpoint.open(directory).tensor(from);
    ByteBuffer bytes = bytes(entry);
    for (int at = 0; changed && at < bytes.limit(); at += 4) {
      bytes.putFloat(at, bytes.getFloat(at) / 2 + 0.1f);
    }
    tensors.add(new TensorData(name, entry.type(), entry.shape(), bytes));
    write(tensors);
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

  private void write(List<TensorData> tensors) {
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
  }

  private Loading loading(Precision precision) {
    return new Loading(Checkpoint.open(directory), new Placement(runtime, Device.cpu(), precision));
  }

  /** Features of the prompt, or logits of the answer to it. */
  private float[] t5(Precision precision, boolean features) {
    return runtime.call(
        () -> {
          try (EncoderDecoderModel model = LoadedModels.load(new T5Family(), loading(precision));
              NDManager scope = runtime.newScope()) {
            NDArray h = model.asLlm().encode(scope, PROMPT);
            return (features ? h : model.score(scope, h, ANSWER)).toFloatArray();
          }
        });
  }

  private float[] decoderOnly(String fixture, Precision precision) {
    DecoderOnlyFamily family = fixture.equals("gpt2") ? new Gpt2Family() : new LlamaFamily();
    return runtime.call(
        () -> {
          try (DecoderOnlyModel model = family.load(loading(precision));
              NDManager scope = runtime.newScope()) {
            return model.score(scope, PROMPT).toFloatArray();
          }
        });
  }

  // Where a tensor lies in the file changes the rounding of its products.
  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
  }

  private static void assertFar(float[] actual, float[] expected) {
    assertThat(actual).usingComparatorWithPrecision(1e-2f).isNotEqualTo(expected);
  }
}
