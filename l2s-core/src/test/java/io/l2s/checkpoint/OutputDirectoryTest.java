package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {

  @TempDir private Path parent;

  @Test
  void whatAFailedWritingLeftIsDeletedSoThatItCanBeTriedAgain() {
    Path target = parent.resolve("small");
    assertThatThrownBy(() -> fillHalf(target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + target);
    assertThat(target).doesNotExist();
  }

  @Test
  void anEmptyDirectoryThatWasThereStays() throws IOException {
    Path target = Files.createDirectory(parent.resolve("small"));
    assertThatThrownBy(() -> fillHalf(target)).isInstanceOf(UncheckedIOException.class);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void aWriterMakesNoFurtherFileInADirectoryThatIsDeletedAsUnfinished() throws IOException {
    Path target = parent.resolve("small");

    assertThatThrownBy(
            () ->
                OutputDirectory.fill(
                    target,
                    () -> {
                      Files.writeString(target.resolve("a"), "a");
                      OutputDirectory.deleteUnfinished();
                      return Files.writeString(target.resolve("b"), "b");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + target.resolve("b"));
    assertThat(parent).isEmptyDirectory();
  }

  private static void fillHalf(Path target) {
    OutputDirectory.fill(
        target,
        () -> {
          Files.writeString(Files.createDirectory(target.resolve("slm")).resolve("a"), "a");
          throw new IOException("No space left on device");
        });
  }
}
