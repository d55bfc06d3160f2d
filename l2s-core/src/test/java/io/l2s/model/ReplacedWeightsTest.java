package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of weights that change between their header's reading and the end of loading. */
class ReplacedWeightsTest extends OnEngine {

  @TempDir private Path directory;
  private Path checkpoint;
  private Path weights;
  private Checkpoint opened;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Fixture.copy("t5-relu", directory);
    weights = checkpoint.resolve("model.safetensors");
    opened = Checkpoint.open(checkpoint);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "INT8"})
  void aFileThatIsRenamedOverAnotherIsRefused(Precision precision) throws IOException {
    load(opened, precision);

    replace();

    assertThatThrownBy(() -> load(opened, precision))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(weights + ": was replaced or written to while it was being read");
    load(Checkpoint.open(checkpoint), precision);
  }

  @Test
  void aShallowModelOfTwoFilesIsRefused() throws IOException {
    Path target = Files.createDirectory(directory.resolve("shallow"));
    replace();

    assertThatThrownBy(
            () ->
                new T5Family()
                    .shrinker()
                    .orElseThrow()
                    .shrink(opened, List.of(0), List.of(0), target))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("was replaced or written to");
  }

  private void replace() throws IOException {
    Path other = Files.copy(weights, directory.resolve("other"));
    Files.move(other, weights, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void load(Checkpoint checkpoint, Precision precision) {
    LoadedModels.load(new T5Family(), new Loading(runtime, checkpoint, Device.cpu(), precision))
        .close();
  }
}
