package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.EngineException;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorCheck;
import io.l2s.checkpoint.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of a checkpoint, and what its config may leave out or name otherwise. */
class CheckpointProblemsTest extends OnEngine {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "gpt2", "bart", "qwen3"})
  void anEndThatTheModelDoesNotHaveIsRefusedWithFileAndField(String name) throws IOException {
    Path copy = Fixture.copy(name, directory);
    JsonArray ends = new JsonArray();
    ends.add(1);
    ends.add(90_000);
    Files.deleteIfExists(copy.resolve("generation_config.json"));
    set(copy.resolve("config.json"), "eos_token_id", ends);
    assertRefused(copy, "config.json: eos_token_id must be below vocab_size");

    Files.writeString(copy.resolve("generation_config.json"), "{\"eos_token_id\": 90000}");
    assertRefused(copy, "generation_config.json: eos_token_id must be below vocab_size");
  }

  private void assertRefused(Path copy, String problem) {
    Checkpoint checkpoint = Checkpoint.open(copy);
    ModelFamily family = ModelFamilies.of(checkpoint.config());
    assertThatThrownBy(() -> family.check(checkpoint))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("but was 90000");
    Loading from = new Loading(runtime, checkpoint, Device.cpu(), Precision.F32);
    assertThatThrownBy(() -> family.llm(from, OptionalInt.empty()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, n_embd, hidden_size",
    "gpt2, n_layer, num_hidden_layers",
    "gpt2, n_head, num_attention_heads",
    "gpt2, n_positions, max_position_embeddings",
    "t5-relu, d_model, hidden_size",
    "t5-relu, num_layers, num_hidden_layers",
    "t5-relu, num_heads, num_attention_heads",
    "t5-relu, d_kv, head_dim",
    "bart, d_model, hidden_size",
    "bart, encoder_layers, num_hidden_layers",
    "bart, encoder_attention_heads, num_attention_heads"
  })
  void aFieldIsReadByTransformersOtherNameForIt(String name, String field, String alias)
      throws IOException {
    Path copy = Fixture.copy(name, directory);
    Path file = copy.resolve("config.json");
    JsonObject config = StrictJson.read(file);
    config.add(alias, config.get(field));
    // The alias goes before.
    config.add(field, new JsonPrimitive(1));
    Files.writeString(file, config.toString());
    Checkpoint checkpoint = Checkpoint.open(copy);

    ModelFamily family = ModelFamilies.of(checkpoint.config());

    family.check(checkpoint);
    assertThat(family.shape(checkpoint.config()))
        .isEqualTo(family.shape(ConfigFile.read(Fixture.path(name).resolve("config.json"))));
  }

  @Test
  void aShapeThatIsTurnedAroundIsCalledTransposed() throws IOException {
    Checkpoint gpt2 = Checkpoint.open(Fixture.path("gpt2"));
    TensorEntry product =
        gpt2.tensors().values().stream()
            .filter(tensor -> tensor.name().endsWith("h.0.attn.c_attn.weight"))
            .findFirst()
            .orElseThrow();
    List<Long> turned = List.of(product.shape().get(1), product.shape().get(0));
    assertThatThrownBy(
            () ->
                TensorCheck.check(
                    gpt2, Map.of(product.name(), turned), name -> false, name -> true))
        .hasMessageContaining("expected " + turned + " (it is stored transposed)");
  }

  @Test
  void aShapeOfOtherHeadsPointsAtTheConfig() throws IOException {
    Path llama = Fixture.copy("llama", directory);
    set(llama.resolve("config.json"), "num_key_value_heads", new JsonPrimitive(1));
    Checkpoint other = Checkpoint.open(llama);
    assertThatThrownBy(() -> ModelFamilies.of(other.config()).check(other))
        .hasMessageContaining("k_proj.weight has shape")
        .hasMessageContaining("(config.json may have another number or width of heads)");
  }

  @Test
  void layersWhoseAttentionIsScaledByTheirPlaceKeepIt() throws IOException {
    Path copy = Fixture.copy("gpt2", directory);
    set(copy.resolve("config.json"), "scale_attn_by_inverse_layer_idx", new JsonPrimitive(true));
    Checkpoint checkpoint = Checkpoint.open(copy);
    Shrinker shrinker = ModelFamilies.of(checkpoint.config()).shrinker().orElseThrow();
    Path target = Files.createDirectory(directory.resolve("small"));

    assertThatThrownBy(() -> shrinker.shrink(checkpoint, List.of(), List.of(1), target))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("scale_attn_by_inverse_layer_idx must be false")
        .hasMessageContaining("keep the first layers, such as [0], and not [1]");
    shrinker.shrink(checkpoint, List.of(), List.of(0), target);
    assertThat(target.resolve("model.safetensors")).exists();
  }

  @Test
  void featuresOfMorePositionsThanThereAreFail() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("gpt2"));
    ModelFamily family = ModelFamilies.of(checkpoint.config());
    int positions = family.shape(checkpoint.config()).limits().prompt();
    int[] ids = IntStream.range(0, positions + 1).map(i -> 3 + i % 50).toArray();
    Loading from = new Loading(runtime, checkpoint, Device.cpu(), Precision.F32);
    try (LlmEncoder llm = family.llm(from, OptionalInt.empty())) {
      assertThatThrownBy(
              () -> runtime.call(() -> llm.encode(runtime.newScope(), TokenBatch.of(ids))))
          .isInstanceOf(EngineException.class);
    }
  }

  @Test
  void thePadRowOfAFreshModelIsZero() {
    for (String name : List.of("bart", "llama")) {
      ConfigFile config = ConfigFile.read(Fixture.path(name).resolve("config.json"));
      int pad = config.requiredInt("pad_token_id", 0, 100);
      Placement on = new Placement(runtime, Device.cpu(), Precision.F32);
      try (TrainableSlm fresh = ModelFamilies.of(config).fresh(config, 1, on)) {
        runtime.call(
            () -> {
              float[] row =
                  fresh
                      .embeddings()
                      .embed(runtime.newScope(), TokenBatch.of(new int[] {pad, 5}))
                      .toFloatArray();
              int width = row.length / 2;
              assertThat(IntStream.range(0, width).allMatch(i -> row[i] == 0)).isTrue();
              assertThat(IntStream.range(width, 2 * width).allMatch(i -> row[i] != 0)).isTrue();
              return null;
            });
      }
    }
  }

  @Test
  void int8WeightsAreNotTrained() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    ModelFamily family = ModelFamilies.of(checkpoint.config());
    Path target = Files.createDirectory(directory.resolve("int8"));
    family.quantizer().orElseThrow().quantize(runtime, checkpoint, target, done -> {});
    Loading from = new Loading(runtime, Checkpoint.open(target), Device.cpu(), Precision.F32);

    assertThatThrownBy(() -> family.resume(from))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("stored in int8, which cannot be trained")
        .hasMessageContaining("choose the checkpoint that this one was made of");
  }

  private static void set(Path file, String field, JsonElement value) throws IOException {
    JsonObject config = StrictJson.read(file);
    config.add(field, value);
    Files.writeString(file, config.toString());
  }
}
