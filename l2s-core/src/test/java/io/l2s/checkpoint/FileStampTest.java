package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampTest {

  private static final FileTime PAST = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private Path directory;
  private Path file;
  private FileStamp stamp;

  @BeforeEach
  void stamp() throws IOException {
    file = Files.writeString(directory.resolve("weights"), "weights");
    Files.setLastModifiedTime(file, PAST);
    stamp = FileStamp.of(file);
  }

  @Test
  void aFileThatIsLeftAloneIsUnchanged() {
    assertThat(stamp.change()).isEmpty();
  }

  @Test
  void writingOverItAndCuttingItAreChanges() throws IOException {
    Files.writeString(file, "heavier");
    assertThat(stamp.change()).contains(file + " has been written to since it was loaded");
    Files.writeString(file, "");
    assertThat(stamp.change()).contains(file + " had 7 bytes when it was loaded, but has 0 now");
  }

  @Test
  void whoReadsMustReadOneFile() throws IOException {
    assertThatCode(stamp::requireSame).doesNotThrowAnyException();

    Path other = Files.writeString(directory.resolve("other"), "heavier by far");
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(stamp::requireSame)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file + ": was replaced or written to while it was being read");
  }

  @Test
  void anotherFileUnderItsNameAndItsRemovalAreNone() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "heavier by far");
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(stamp.change()).isEmpty();
    Files.delete(file);
    assertThat(stamp.change()).isEmpty();
  }
}
