package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.SlmDecoder;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.llama.LlamaFamily;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

  private static final String QUERY = "encoder.block.0.layer.0.SelfAttention.q.weight";

  @TempDir private Path directory;

  @Test
  void readsASingleFile() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    assertThat(checkpoint.config().modelType()).isEqualTo("t5");
    assertThat(checkpoint.eosTokenIds(TokenDefaults.NONE)).containsExactly(1);
    assertThat(checkpoint.decoderStartTokenId()).hasValue(0);
    assertThat(checkpoint.parameters()).isPositive();
  }

  @Test
  void readsShards() {
    Checkpoint sharded = Checkpoint.open(Fixture.path("t5-gated-bf16-sharded"));
    Checkpoint single = Checkpoint.open(Fixture.path("t5-gated"));
    assertThat(sharded.tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(single.tensors().keySet());
    assertThat(sharded.tensors().get("shared.weight").type()).isEqualTo(TensorType.BF16);
  }

  @Test
  void missingAndMisshapenTensorsAreNamedInOneMessage() throws IOException {
    Path broken = Fixture.copy("t5-relu", directory);
    SafetensorsFile whole = SafetensorsFile.open(broken.resolve("model.safetensors"));
    List<TensorData> tensors = new ArrayList<>();
    whole
        .tensors()
        .forEach(
            (name, entry) -> {
              List<Long> shape = name.equals(QUERY) ? List.of(32L, 128L) : entry.shape();
              if (!name.equals("shared.weight")) {
                tensors.add(new TensorData(name, entry.type(), shape, entry.map()));
              }
            });
    tensors.add(
        new TensorData(
            "surplus.weight",
            TensorType.F32,
            List.of(64L),
            whole.tensors().get("encoder.final_layer_norm.weight").map()));
    SafetensorsWriter.write(broken.resolve("model.safetensors"), Map.of(), tensors);
    try (NativeRuntime runtime = NativeRuntime.start(false)) {
      ModelLoader loader = new ModelLoader(runtime, () -> 0);
      assertThatThrownBy(() -> loader.loadSlm(broken, ComponentOptions.AUTO))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("missing tensor shared.weight [712, 64]")
          .hasMessageContaining(QUERY + " has shape [32, 128], expected [64, 64]")
          .hasMessageContaining("unexpected tensor surplus.weight");
      try (SlmDecoder next = loader.loadSlm(Fixture.path("t5-relu"), ComponentOptions.AUTO)) {
        assertThat(next.embeddings().width()).isEqualTo(64);
      }
    }
  }

  @Test
  void shardOutsideTheDirectoryIsRefused() throws IOException {
    Path broken = Fixture.copy("t5-gated-bf16-sharded", directory);
    rewriteIndex(broken, "model-00002-of-00002.safetensors", "../model-00002-of-00002.safetensors");
    assertThatThrownBy(() -> Checkpoint.open(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "'../model-00002-of-00002.safetensors', which is not a plain file name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "sub/a.safetensors",
        "..\\a.safetensors",
        "C:a",
        ".",
        "..",
        "",
        "a\0",
        "a\uD800"
      })
  void shardThatIsNoPlainFileNameIsRefused(String shard) throws IOException {
    Path broken = Fixture.copy("t5-gated-bf16-sharded", directory);
    JsonObject weightMap = new JsonObject();
    weightMap.addProperty("shared.weight", shard);
    JsonObject index = new JsonObject();
    index.add("weight_map", weightMap);
    Files.writeString(
        broken.resolve("model.safetensors.index.json"),
        index.toString().replace("\uD800", "\\ud800"));
    assertThatThrownBy(() -> Checkpoint.open(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("'" + shown(shard) + "', which is not a plain file name");
  }

  private static String shown(String shard) {
    return shard.replace("\0", "\\u0000").replace("\uD800", "\\ud800");
  }

  @Test
  void everyBrokenShardIsNamedAtOnce() throws IOException {
    Path broken = Fixture.copy("t5-gated-bf16-sharded", directory);
    Files.delete(broken.resolve("model-00001-of-00002.safetensors"));
    Files.write(broken.resolve("model-00002-of-00002.safetensors"), new byte[5]);
    assertThatThrownBy(() -> Checkpoint.open(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model-00001-of-00002.safetensors: does not exist")
        .hasMessageContaining("model-00002-of-00002.safetensors: is truncated");
  }

  @Test
  void tensorThatTheIndexLeavesOutIsRefused() throws IOException {
    Path broken = Fixture.copy("t5-gated-bf16-sharded", directory);
    Path index = broken.resolve("model.safetensors.index.json");
    JsonObject json = StrictJson.read(index);
    json.getAsJsonObject("weight_map").remove("shared.weight");
    Files.writeString(index, json.toString());
    assertThatThrownBy(() -> Checkpoint.open(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("does not name shared.weight, which model-0000");
  }

  @Test
  void singleFileWinsOverTheShardsOfAnOlderSave() throws IOException {
    Path both = Fixture.copy("t5-gated-bf16-sharded", directory);
    Files.copy(
        Fixture.path("t5-gated").resolve("model.safetensors"), both.resolve("model.safetensors"));
    assertThat(Checkpoint.open(both).tensors().get("shared.weight").file())
        .hasFileName("model.safetensors");
  }

  @Test
  void checkpointWithoutWeightsIsRefused() throws IOException {
    Path empty = Fixture.copy("t5-relu", directory);
    Files.delete(empty.resolve("model.safetensors"));
    assertThatThrownBy(() -> Checkpoint.open(empty))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "holds neither model.safetensors nor model.safetensors.index.json; save the model in"
                + " safetensors format");
  }

  @Test
  void indexThatPromisesWhatAShardLacksIsRefused() throws IOException {
    Path broken = Fixture.copy("t5-gated-bf16-sharded", directory);
    rewriteIndex(broken, "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors");
    assertThatThrownBy(() -> Checkpoint.open(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("in model-00001-of-00002.safetensors, which does not hold it");
  }

  @Test
  void unknownArchitectureIsRefusedWithTheKnownOnes() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    replace(other.resolve("config.json"), "\"model_type\": \"t5\"", "\"model_type\": \"bert\"");
    try (NativeRuntime runtime = NativeRuntime.start(false)) {
      assertThatThrownBy(
              () -> new ModelLoader(runtime, () -> 0).loadSlm(other, ComponentOptions.AUTO))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(
              "model_type must be one of [bart, gpt2, llama, mistral, mt5, qwen2, qwen3, t5], but"
                  + " was bert");
    }
  }

  @Test
  void valueOutOfRangeNamesFileFieldBoundAndValue() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    replace(other.resolve("config.json"), "\"num_layers\": 2", "\"num_layers\": -2");
    ConfigFile config = ConfigFile.read(other.resolve("config.json"));
    assertThatThrownBy(() -> config.requiredInt("num_layers", 1, 1000))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining("num_layers must be a whole number between 1 and 1000, but was -2");
  }

  @Test
  void missingConfigIsNamed() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    Files.delete(other.resolve("config.json"));
    assertThatThrownBy(() -> Checkpoint.open(other))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: does not exist");
  }

  @Test
  void missingTokenizerIsNamed() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    Files.delete(other.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Checkpoint.open(other).tokenizerFile())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tokenizer.json: does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1E+999", "-1E+999", "\"1e-6\"", "[1]", "true"})
  void valueThatIsNoFiniteNumberIsRefused(String value) throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{\"layer_norm_epsilon\": " + value + "}");
    ConfigFile config = ConfigFile.read(file);
    assertThatThrownBy(() -> config.doubleOr("layer_norm_epsilon", 1))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: layer_norm_epsilon must be")
        .hasMessageContaining("but was " + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"a\": NaN}", "{\"a\": TRUE}", "{'a': 1}", "{\"a\": 1,}", "{\"a\": 01}"})
  void whatIsNotQuiteJsonIsRefusedWithItsPlace(String text) throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageMatching(".*config.json: is not valid JSON at \\$.*");
  }

  @Test
  void generationSettingsGoBeforeTheConfigAndMayListSeveralEnds() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    Files.writeString(other.resolve("generation_config.json"), "{\"eos_token_id\": [5, 7]}");
    Checkpoint checkpoint = Checkpoint.open(other);
    assertThat(checkpoint.eosTokenIds(TokenDefaults.NONE)).containsExactly(5, 7);
    assertThat(checkpoint.decoderStartTokenId()).hasValue(0);
  }

  @Test
  void configAnswersWithoutGenerationSettings() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    Files.delete(other.resolve("generation_config.json"));
    assertThat(Checkpoint.open(other).eosTokenIds(TokenDefaults.NONE)).containsExactly(1);
  }

  /** transformers 5.23 gives the same ids; without the file, BART's config class forces 2. */
  @ParameterizedTest
  @CsvSource({
    "'{\"forced_bos_token_id\": 7, \"forced_eos_token_id\": 8}', 7, 8",
    "{\"eos_token_id\": 2}, ,",
    ", 5, 6"
  })
  void idsAreForcedByTheConfigOnlyWhereGenerationSettingsAreMissing(
      String settings, Integer first, Integer last) throws IOException {
    Path other = Fixture.copy("bart", directory);
    replace(
        other.resolve("config.json"),
        "\"forced_eos_token_id\": 2",
        "\"forced_bos_token_id\": 5, \"forced_eos_token_id\": 6");
    Path file = other.resolve("generation_config.json");
    if (settings == null) {
      Files.delete(file);
    } else {
      Files.writeString(file, settings);
    }
    Checkpoint checkpoint = Checkpoint.open(other);
    TokenDefaults defaults = new BartFamily().tokenDefaults(checkpoint.config());
    assertThat(checkpoint.forcedBosTokenId()).isEqualTo(optional(first));
    assertThat(checkpoint.forcedEosTokenId(defaults)).isEqualTo(optional(last));
  }

  private static OptionalInt optional(Integer id) {
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Test
  void t5EndsWithTheDefaultOfItsFamilyWhereNoFileNamesAnEnd() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    Files.writeString(other.resolve("generation_config.json"), "{}");
    replace(other.resolve("config.json"), "\"eos_token_id\"", "\"was_eos_token_id\"");
    assertThat(new T5Family().eosTokenIds(Checkpoint.open(other))).containsExactly(1);
  }

  @Test
  void aFamilyWithoutKnownDefaultMustNameItsEnd() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{\"model_type\": \"qwen2\"}");
    assertThatThrownBy(() -> new LlamaFamily().eosTokenIds(ConfigFile.read(file)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: eos_token_id is missing")
        .hasMessageContaining("qwen2");
  }

  @Test
  void tensorThatIsNoFloatIsNamedBesideItsWrongShape() throws IOException {
    Path other = Fixture.copy("t5-relu", directory);
    SafetensorsWriter.write(
        other.resolve("model.safetensors"),
        Map.of(),
        List.of(new TensorData("w", TensorType.I8, List.of(8L), ByteBuffer.allocate(8))));
    Checkpoint checkpoint = Checkpoint.open(other);
    assertThatThrownBy(
            () ->
                TensorCheck.check(
                    checkpoint, Map.of("w", List.of(2L, 4L)), name -> false, name -> false))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("w has shape [8], expected [2, 4]")
        .hasMessageContaining("w has type I8, expected F32, F16 or BF16");
    assertThatThrownBy(() -> TensorCheck.check(checkpoint, Map.of(), name -> false, name -> false))
        .hasMessageContaining("unexpected tensor w");
    assertThatCode(() -> TensorCheck.check(checkpoint, Map.of(), name -> false, "w"::equals))
        .doesNotThrowAnyException();
  }

  @Test
  void missingFieldAndWrongTypesAreNamed() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{\"flag\": 1, \"name\": 2, \"count\": 1.5, \"none\": null}");
    ConfigFile config = ConfigFile.read(file);
    assertThatThrownBy(() -> config.requiredInt("none", 0, 9))
        .hasMessageContaining("none is missing");
    assertThatThrownBy(config::modelType).hasMessageContaining("model_type is missing");
    assertThatThrownBy(() -> config.booleanOr("flag", true))
        .hasMessageContaining("flag must be true or false, but was 1");
    assertThatThrownBy(() -> config.stringOr("name", ""))
        .hasMessageContaining("name must be a text, but was 2");
    assertThatThrownBy(() -> config.intOr("count", 1, 0, 9))
        .hasMessageContaining("count must be a whole number between 0 and 9, but was 1.5");
  }

  private static void rewriteIndex(Path checkpoint, String from, String to) throws IOException {
    replace(checkpoint.resolve("model.safetensors.index.json"), from, to);
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}
