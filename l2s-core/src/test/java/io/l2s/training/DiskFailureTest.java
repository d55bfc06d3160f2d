package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.checkpoint.OutputDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskFailureTest {

  private static final Path DIRECTORY = Path.of("out");

  @Test
  void aFullDiskIsToldWithTheFileOnceAndTheRemedy() {
    UncheckedIOException failure =
        OutputDirectory.cannotWrite(
            DIRECTORY,
            new FileSystemException("slm/a.json", "out/a.json", "No space left on device"));
    assertThat(DiskFailure.with(failure, true))
        .hasMessage(
            "cannot write out/a.json: No space left on device; free space, then continue with resume")
        .hasCause(failure);
  }

  @Test
  void withoutAStateThereIsNothingToResume() {
    assertThat(
            DiskFailure.with(
                new UncheckedIOException("cannot write f", new IOException("Quota exceeded")),
                false))
        .hasMessage("cannot write f: Quota exceeded; free space, then start again");
  }

  @Test
  void whatIsNotAboutSpaceIsToBeMended() {
    assertThat(
            DiskFailure.with(
                OutputDirectory.cannotWrite(DIRECTORY, new AccessDeniedException("out/slm")),
                false))
        .hasMessage(
            "cannot write out/slm: AccessDeniedException; remove that obstacle, then start again");
  }
}
