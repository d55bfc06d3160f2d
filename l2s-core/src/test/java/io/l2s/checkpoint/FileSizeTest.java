package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is larger than any of its kind is refused before its content takes memory. */
class FileSizeTest {

  private static final long SETTINGS = 4L << 20;
  private static final int TABLE = 4 << 20;

  @TempDir private Path directory;

  @Test
  void settingsOfTheLargestSizeAreRead() throws IOException {
    String end = "{\"model_type\": \"t5\"}";
    Path file = directory.resolve("config.json");
    Files.writeString(file, " ".repeat((int) SETTINGS - end.length()) + end);

    assertThat(ConfigFile.read(file).modelType()).isEqualTo("t5");
  }

  @Test
  void largerSettingsAreRefusedUnread() throws IOException {
    Path file = sized("config.json", SETTINGS + 1);

    assertTooLarge(() -> ConfigFile.read(file), file, SETTINGS);
  }

  @Test
  void settingsOfTheMostValuesAreRead() throws IOException {
    Path file = directory.resolve("config.json");
    // The list and the model's type are values, too.
    Files.writeString(file, "{\"model_type\": \"t5\", \"a\": [" + "0,".repeat(99_997) + "0]}");

    assertThat(ConfigFile.read(file).modelType()).isEqualTo("t5");
  }

  @Test
  void settingsOfTooManyValuesAreRefused() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{\"a\": [" + "0,".repeat(99_999) + "0]}");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: holds more than 100000 values at $.a[99999]");
  }

  @Test
  void aManifestWithinBothBoundsIsReadAndALargerOneIsRefused() throws IOException {
    String end = "{\"a\": [" + "0,".repeat(9_998) + "0]}";
    Path file = directory.resolve("l2s.json");
    Files.writeString(file, " ".repeat((1 << 20) - end.length()) + end);
    assertThat(BundleManifest.read(directory).getAsJsonArray("a")).hasSize(9_999);

    Files.writeString(file, "{\"a\": [" + "0,".repeat(9_999) + "0]}");
    assertThatThrownBy(() -> BundleManifest.read(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("l2s.json: holds more than 10000 values at $.a[9999]");

    setSize(file, (1 << 20) + 1);
    assertTooLarge(() -> BundleManifest.read(directory), file, 1 << 20);
  }

  @Test
  void aTableOfShardsOfTheLargestSizeIsRead() throws IOException {
    Path checkpoint = Fixture.copy("t5-gated-bf16-sharded", directory);
    Path index = checkpoint.resolve("model.safetensors.index.json");
    String table = Files.readString(index);
    Files.writeString(index, " ".repeat(TABLE - table.length()) + table);

    assertThat(Checkpoint.open(checkpoint).tensors()).isNotEmpty();
  }

  @Test
  void aLargerTableOfShardsIsRefusedUnread() throws IOException {
    Path checkpoint = Fixture.copy("t5-gated-bf16-sharded", directory);
    Path index = checkpoint.resolve("model.safetensors.index.json");
    setSize(index, TABLE + 1L);

    assertTooLarge(() -> Checkpoint.open(checkpoint), index, TABLE);
  }

  private static void assertTooLarge(ThrowingCallable reading, Path file, long most) {
    assertThatThrownBy(reading)
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            file
                + ": must have at most "
                + most
                + " bytes, but has "
                + (most + 1)
                + "; it is no such file of a model: fetch it again");
  }

  private Path sized(String name, long size) throws IOException {
    Path file = directory.resolve(name);
    setSize(file, size);
    return file;
  }

  /** Lengthens the file by a hole, which takes no space on the disk. */
  private static void setSize(Path file, long size) throws IOException {
    try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
      sized.setLength(size);
    }
  }
}
