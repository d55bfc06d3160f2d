package io.l2s.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Bundle;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.KnownDigests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleQuantizationTest extends OnEngine {

  @TempDir private Path directory;

  @Test
  void aProjectorThatIsReplacedWhileTheModelsAreWrittenIsRefused() throws IOException {
    KnownDigests digests = new KnownDigests();
    Bundle bundle = BundleReader.open(bundleWithDigestOfItsProjector(), digests);
    Quantization quantization = new Quantization(runtime, ModelFamilies::of, digests);
    Path target = directory.resolve("int8");

    assertThatThrownBy(
            () -> quantization.bundle(bundle, target, written -> write(bundle.projector(), "new")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll("projector.safetensors", "after its digest was compared");
    assertThat(target).doesNotExist();
  }

  private Path bundleWithDigestOfItsProjector() throws IOException {
    Path bundle = Files.createDirectory(directory.resolve("bundle"));
    Files.move(Fixture.copy("t5-llm", directory), bundle.resolve("llm"));
    Files.move(Fixture.copy("t5-relu", directory), bundle.resolve("slm"));
    Path projector = bundle.resolve("projector.safetensors");
    write(projector, "weights");
    write(
        bundle.resolve("l2s.json"),
        """
        {"format": 1, "llm": "llm", "slm": "slm", "projector": "projector.safetensors",
         "fusion": "add", "promptTokenizer": "slm", "sha256": {"projector.safetensors": "%s"}}
        """
            .formatted(Digests.sha256(projector)));
    return bundle;
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
