package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ids of transformers' config classes, where the files of a checkpoint name none. */
class TokenDefaultsTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "t5, 1,",
    "mt5, 1,",
    "gpt2, 50256,",
    "llama, 2,",
    "mistral, 2,",
    "qwen2,,",
    "qwen3,,",
    "bart, 2, 2"
  })
  void areThoseOfTheFamily(String type, Integer eos, Integer forcedEos) throws IOException {
    Path file =
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
    ConfigFile config = ConfigFile.read(file);

    assertThat(ModelFamilies.of(config).tokenDefaults(config))
        .isEqualTo(new TokenDefaults(optional(eos), optional(forcedEos)));
  }

  private static OptionalInt optional(Integer id) {
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
