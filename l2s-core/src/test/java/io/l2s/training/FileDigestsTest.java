package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestsTest {

  @TempDir private Path directory;

  // A second reading of the file would tell.
  @Test
  void aFileIsReadOnce() throws IOException {
    FileDigests digests = new FileDigests();
    Path file = Files.writeString(directory.resolve("weights"), "large");
    String first = digests.sha256(file);
    Files.writeString(file, "other");
    assertThat(digests.sha256(directory.resolve("../" + directory.getFileName() + "/weights")))
        .isEqualTo(first);
  }
}
