package io.l2s.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.StrictJson;
import io.l2s.engine.Program;
import io.l2s.model.Loading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Inverse frequencies of heads of width 16 with 64 positions, against the numbers of transformers
 * 5.24 ({@code LlamaRotaryEmbedding(config).inv_freq} and {@code attention_scaling}).
 */
class RopeFrequenciesTest extends OnEngine {

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}, {1} tokens")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'linear', 'factor': 4.0, 'rope_theta': 10000.0 | 10 | 1 |"
            + " 0.25 0.07905694 0.025 0.007905695 0.0025 0.0007905695 0.00025 7.905695e-05",
        "'dynamic', 'factor': 2.0, 'rope_theta': 10000.0 | 60 | 1 |"
            + " 1.0 0.3162278 0.1 0.03162278 0.01 0.003162278 0.001 0.0003162278",
        "'dynamic', 'factor': 2.0, 'rope_theta': 10000.0 | 160 | 1 |"
            + " 1.0 0.2594128 0.06729501 0.01745719 0.004528618 0.001174782 0.0003047534"
            + " 7.905695e-05",
        "'yarn', 'factor': 4.0, 'rope_theta': 10000.0, 'original_max_position_embeddings': 64"
            + " | 10 | 1.138629436 |"
            + " 1.0 0.2371708 0.05 0.007905695 0.0025 0.0007905695 0.00025 7.905695e-05",
        "'yarn', 'factor': 8.0, 'rope_theta': 500.0, 'original_max_position_embeddings': 32,"
            + " 'beta_fast': 4.0, 'beta_slow': 0.5, 'mscale': 0.7, 'mscale_all_dim': 0.4"
            + " | 10 | 1.057592811 |"
            + " 1.0 0.3257365 0.08811426 0.01215616 0.00559017 0.002570714 0.001182177"
            + " 0.0005436398",
        "'llama3', 'factor': 8.0, 'rope_theta': 10000.0, 'low_freq_factor': 1.0,"
            + " 'high_freq_factor': 4.0, 'original_max_position_embeddings': 64 | 10 | 1 |"
            + " 1.0 0.2443846 0.01304226 0.003952847 0.00125 0.0003952847 0.000125 3.952847e-05"
      })
  void areThoseOfTheReference(String rope, int tokens, double scale, String frequencies)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(llamaWith("{'rope_type': " + rope + "}"));
    double[] expected =
        Stream.of(frequencies.split(" ")).mapToDouble(Double::parseDouble).toArray();
    runtime.call(
        () -> {
          try (Program program =
                  new LlamaFamily()
                      .stored(checkpoint)
                      .load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
              NDManager scope = runtime.newScope()) {
            NDArray first = scope.create(new long[] {1});
            NDArray lengths = scope.create(new long[] {tokens});
            // At position 1 the angles are the frequencies.
            List<NDArray> turn = program.tensors(scope, "rotation", first, lengths);
            float[] cosines = turn.get(0).toFloatArray();
            float[] sines = turn.get(1).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
              double sine = sines[expected.length + i];
              assertThat(Math.atan2(sine, cosines[i]) / expected[i]).isCloseTo(1, within(1e-5));
              assertThat(Math.hypot(sine, cosines[i])).isCloseTo(scale, within(1e-6));
            }
          }
          return null;
        });
  }

  private Path llamaWith(String rope) throws IOException {
    Path copy = Fixture.copy("llama", directory);
    JsonObject config = StrictJson.read(copy.resolve("config.json"));
    config.addProperty("max_position_embeddings", 64);
    config.add("rope_parameters", JsonParser.parseString(rope.replace('\'', '"')));
    Files.writeString(copy.resolve("config.json"), config.toString());
    return copy;
  }
}
