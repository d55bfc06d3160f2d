package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownDigestsTest {

  @TempDir private Path directory;
  private Path file;
  private final KnownDigests digests = new KnownDigests();

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("file"), "one");
  }

  @Test
  void aFileIsReadOnce() throws IOException {
    String first = digests.sha256(file);
    FileTime written = Files.getLastModifiedTime(file);

    // Nothing but its content shows that it is another.
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, written);

    assertThat(first).isEqualTo(digests.sha256(file)).isNotEqualTo(Digests.sha256(file));
  }

  @Test
  void aFileThatWasWrittenToIsReadAgain() throws IOException {
    digests.sha256(file);
    Files.writeString(file, "longer");

    assertThat(digests.sha256(file)).isEqualTo(Digests.sha256(file));
  }

  @Test
  void aFileThatWasReplacedIsReadAgain() throws IOException {
    digests.sha256(file);
    FileTime written = Files.getLastModifiedTime(file);
    Path other = Files.writeString(directory.resolve("other"), "two");
    Files.setLastModifiedTime(other, written);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    assertThat(digests.sha256(file)).isEqualTo(Digests.sha256(file));
  }

  @Test
  void theKnownDigestStaysThatOfTheFileThatWasRead() throws IOException {
    String first = digests.knownSha256(file);
    Files.writeString(file, "longer");

    assertThat(digests.knownSha256(file)).isEqualTo(first).isNotEqualTo(Digests.sha256(file));
    assertThat(digests.sha256(file)).isEqualTo(Digests.sha256(file));
  }

  @Test
  void onlyAFileWhoseDigestWasTakenMustStayTheSame() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "one");
    digests.sha256(file);
    Files.writeString(other, "longer");
    digests.requireUnchanged(directory);
    digests.requireUnchanged(file);

    Files.writeString(file, "longer");

    digests.requireUnchanged(other);
    digests.requireUnchanged(directory.getParent());
    for (Path place : List.of(directory, file)) {
      assertThatThrownBy(() -> digests.requireUnchanged(place))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContainingAll(file.toString(), "was replaced or written to");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> digests.sha256(none))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> digests.knownSha256(none))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("none");
  }
}
