package io.l2s.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What configs of the Llama kind ask for, in both layouts. */
class LlamaConfigTest {

  private static final String SIZES =
      "'vocab_size': 100, 'hidden_size': 32, 'num_attention_heads': 4, 'num_hidden_layers': 2,"
          + " 'intermediate_size': 64, 'max_position_embeddings': 128";

  @TempDir private Path directory;

  private LlamaConfig read(String type, String fields) throws IOException {
    String json = "{'model_type': '" + type + "', " + SIZES + ", " + fields + "}";
    Path file = directory.resolve("config.json");
    return LlamaConfig.read(ConfigFile.read(Files.writeString(file, json.replace('\'', '"'))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'rope_scaling': null | 128",
        "'rope_parameters': {'rope_type': 'default', 'rope_theta': 5000.0} | 128",
        "'rope_scaling': {'type': 'linear', 'factor': 4.0} | 512",
        "'rope_scaling': {'rope_type': 'dynamic', 'factor': 3.0} | 384",
        "'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0} | 512",
        "'rope_parameters': {'rope_type': 'yarn', 'factor': 4.0,"
            + " 'original_max_position_embeddings': 32, 'rope_theta': 1e4} | 128",
        "'rope_scaling': {'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0,"
            + " 'high_freq_factor': 4.0, 'original_max_position_embeddings': 64} | 512"
      })
  void scaledPositionsReachBeyondTheConfigsNumber(String rope, int length) throws IOException {
    assertThat(read("llama", rope).shape().contextLength()).isEqualTo(length);
  }

  @Test
  void yarnsRampAndScaleAreTransformers() throws IOException {
    Rope rope =
        read(
                "llama",
                "'head_dim': 8, 'rope_parameters': {'rope_type': 'yarn', 'factor': 4.0,"
                    + " 'rope_theta': 10000.0, 'original_max_position_embeddings': 32}")
            .rope();
    // transformers 5.24: find_correction_range(32, 1, 8, 10000, 32), get_mscale(4)
    assertThat(rope.low()).isEqualTo(0);
    assertThat(rope.high()).isEqualTo(1);
    assertThat(rope.scale()).isCloseTo(1.138629, within(1e-6));
  }

  @Test
  void anUnknownScalingIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(
            () -> read("llama", "'rope_scaling': {'rope_type': 'longrope', 'factor': 2.0}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("rope_type must be one of [default, linear, dynamic, llama3, yarn]")
        .hasMessageContaining("was longrope");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mistral | 'num_key_value_heads': 2, 'sliding_window': null | 0 | 0",
        "mistral | 'num_key_value_heads': 2, 'sliding_window': 7 | 7 | 7",
        "qwen2 | 'num_key_value_heads': 2, 'sliding_window': 7 | 0 | 0",
        "qwen2 | 'num_key_value_heads': 2, 'use_sliding_window': true, 'sliding_window': null | 0 | 0",
        "qwen2 | 'num_key_value_heads': 2, 'use_sliding_window': true, 'sliding_window': 7,"
            + " 'max_window_layers': 1 | 0 | 7",
        "qwen3 | 'num_key_value_heads': 2, 'use_sliding_window': true, 'sliding_window': 7,"
            + " 'layer_types': ['sliding_attention', 'full_attention'] | 7 | 0"
      })
  void eachLayerHasItsWindow(String type, String fields, int first, int second) throws IOException {
    assertThat(read(type, fields).windows().ofLayers()).containsExactly(first, second);
  }

  @ParameterizedTest
  @CsvSource({
    "llama, 32000, 4096, 11008, 32, 32, 32, 2048",
    "mistral, 32000, 4096, 14336, 32, 32, 8, 131072",
    "qwen2, 151936, 4096, 22016, 32, 32, 32, 32768",
    "qwen3, 151936, 4096, 22016, 32, 32, 32, 32768"
  })
  void missingFieldsHaveTheDefaultsOfTransformers(
      String type,
      int vocabulary,
      int width,
      int feedForward,
      int layers,
      int heads,
      int keyValueHeads,
      int context)
      throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{\"model_type\": \"" + type + "\"}");

    LlamaConfig config = LlamaConfig.read(ConfigFile.read(file));

    assertThat(config.vocabularySize()).isEqualTo(vocabulary);
    assertThat(config.width()).isEqualTo(width);
    assertThat(config.feedForward()).isEqualTo(feedForward);
    assertThat(config.layers()).isEqualTo(layers);
    assertThat(config.heads()).isEqualTo(heads);
    assertThat(config.keyValueHeads()).isEqualTo(keyValueHeads);
    assertThat(config.contextLength()).isEqualTo(context);
    assertThat(config.headWidth()).isEqualTo(128);
  }

  @Test
  void aNullIsAsManyHeadsOfKeysAsOfQueries() throws IOException {
    assertThat(read("qwen2", "'num_key_value_heads': null").keyValueHeads()).isEqualTo(4);
    assertThat(read("mistral", "'num_key_value_heads': null").keyValueHeads()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'rope_scaling': {'rope_type': 'llama3', 'factor': 2.0, 'low_freq_factor': 4.0,"
            + " 'high_freq_factor': 1.0} | rope_scaling.high_freq_factor must be above",
        "'rope_parameters': {'rope_type': 'x'} | rope_parameters.rope_type must be one of",
        "'rope_scaling': {'type': 'x'} | rope_scaling.type must be one of",
        "'rope_scaling': {'rope_type': 'linear'} | rope_scaling.factor is missing",
        "'rope_parameters': {'partial_rotary_factor': 0.5} |"
            + " rope_parameters.partial_rotary_factor must be 1"
      })
  void problemsOfRotaryPositionsNameTheirPlace(String fields, String problem) {
    assertThatThrownBy(() -> read("llama", fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: " + problem);
  }

  @Test
  void headsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> read("llama", "'num_key_value_heads': 3"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("num_key_value_heads must divide num_attention_heads 4, but was 3");
    assertThatThrownBy(() -> read("llama", "'head_dim': 7"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("head_dim must be even, but was 7");
  }
}
