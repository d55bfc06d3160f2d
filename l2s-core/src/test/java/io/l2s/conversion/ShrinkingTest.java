package io.l2s.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shallow models of every family have layers of the deep one, in its names. */
class ShrinkingTest {

  private static final List<Integer> NO_ENCODER = List.of();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "gpt2, n_layer, h.#.ln_1.weight, wte.weight",
    "gpt2-sharedvocab, n_layer, transformer.h.#.attn.c_attn.bias, transformer.wpe.weight",
    "llama, num_hidden_layers, model.layers.#.mlp.up_proj.weight, lm_head.weight",
    "qwen2, num_hidden_layers, model.layers.#.self_attn.q_proj.bias, model.embed_tokens.weight",
    "qwen3, num_hidden_layers, model.layers.#.self_attn.q_norm.weight, model.norm.weight",
    "mistral, num_hidden_layers, model.layers.#.self_attn.o_proj.weight, model.norm.weight"
  })
  void aDecoderOnlyModelKeepsALayer(String name, String field, String layer, String other) {
    Path source = Fixture.path(name);
    Checkpoint large = Checkpoint.open(source);
    Checkpoint small =
        Shrinking.shrink(ModelFamilies::of, source, target(), NO_ENCODER, List.of(1));

    assertThat(setting(field)).isEqualTo(1);
    assertSame(small, layer.replace("#", "0"), large, layer.replace("#", "1"));
    assertSame(small, other, large, other);
    assertThat(small.tensors()).doesNotContainKey(layer.replace("#", "1"));
  }

  @Test
  void aBartModelKeepsLayersOfBothStacks() {
    Path source = Fixture.path("bart");
    Checkpoint large = Checkpoint.open(source);
    Checkpoint small =
        Shrinking.shrink(ModelFamilies::of, source, target(), List.of(0, 1), List.of(1));

    assertThat(setting("encoder_layers")).isEqualTo(2);
    assertThat(setting("decoder_layers")).isEqualTo(1);
    String weight = "fc1.bias";
    assertSame(
        small, "model.decoder.layers.0." + weight, large, "model.decoder.layers.1." + weight);
    assertSame(
        small, "model.encoder.layers.1." + weight, large, "model.encoder.layers.1." + weight);
    assertSame(small, "final_logits_bias", large, "final_logits_bias");
    assertThat(small.tensors()).doesNotContainKey("model.decoder.layers.1." + weight);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "qwen3", "mistral", "bart", "mt5", "t5-relu"})
  void aModelOfAllLayersIsTheLargeOne(String name) {
    Path source = Fixture.path(name);
    Checkpoint large = Checkpoint.open(source);
    JsonObject config = StrictJson.read(source.resolve("config.json"));
    Checkpoint whole =
        Shrinking.shrink(
            ModelFamilies::of,
            source,
            target(),
            all(config, "num_layers", "encoder_layers"),
            all(config, "num_decoder_layers", "decoder_layers", "n_layer", "num_hidden_layers"));

    // Buffers and copies that no program reads stay behind.
    Map<String, ?> read =
        large.tensors().entrySet().stream()
            .filter(each -> !each.getKey().matches(".*\\.attn\\.(masked_)?bias"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(whole.tensors().keySet()).isEqualTo(read.keySet());
    read.keySet().forEach(tensor -> assertSame(whole, tensor, large, tensor));
  }

  private static List<Integer> all(JsonObject config, String... fields) {
    return Stream.of(fields)
        .filter(config::has)
        .findFirst()
        .map(field -> Stream.iterate(0, i -> i + 1).limit(config.get(field).getAsInt()).toList())
        .orElse(NO_ENCODER);
  }

  @Test
  void aKeptLayerKeepsItsWindow() throws IOException {
    Path source = Fixture.copy("qwen2", directory);
    JsonObject config = StrictJson.read(source.resolve("config.json"));
    config.remove("layer_types");
    config.addProperty("use_sliding_window", true);
    config.addProperty("sliding_window", 4);
    config.addProperty("max_window_layers", 1);
    Files.writeString(source.resolve("config.json"), config.toString());
    Shrinking.shrink(ModelFamilies::of, source, target(), NO_ENCODER, List.of(1));

    JsonObject small = StrictJson.read(target().resolve("config.json"));
    assertThat(small.getAsJsonArray("layer_types"))
        .extracting(each -> each.getAsString())
        .containsExactly("sliding_attention");
  }

  @Test
  void aDecoderOnlyModelHasNoEncoderLayers() {
    assertThatThrownBy(
            () ->
                Shrinking.shrink(
                    ModelFamilies::of, Fixture.path("gpt2"), target(), List.of(0), List.of(0)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "encoder layers to keep must be left out, as the model has no encoder")
        .hasMessageContaining("[0]");
    assertThat(target()).doesNotExist();
  }

  @Test
  void anEncoderDecoderNeedsLayersOfBoth() {
    assertThatThrownBy(
            () ->
                Shrinking.shrink(
                    ModelFamilies::of, Fixture.path("bart"), target(), NO_ENCODER, List.of(0)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "encoder layers to keep must be ascending numbers from 0 to 1, at least one, but were"
                + " []");
  }

  private Path target() {
    return directory.resolve("small");
  }

  private int setting(String field) {
    return StrictJson.read(target().resolve("config.json")).get(field).getAsInt();
  }

  private static void assertSame(Checkpoint small, String name, Checkpoint large, String original) {
    assertThat(small.tensors()).containsKey(name);
    assertThat(small.tensors().get(name).map())
        .as(name)
        .isEqualTo(large.tensors().get(original).map());
  }
}
