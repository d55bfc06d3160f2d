package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {

  @TempDir private Path directory;

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedWithItsVariable() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(new NativeCache(file.resolve("cache")).problem())
        .get()
        .asString()
        .contains(file.resolve("cache").toString(), "Not a directory", "DJL_CACHE_DIR");
  }

  @Test
  void aDirectoryThatIsNotThereYetIsMade() {
    assertThat(new NativeCache(directory.resolve("new/cache")).problem()).isEmpty();
    assertThat(directory.resolve("new/cache")).isEmptyDirectory();
  }
}
