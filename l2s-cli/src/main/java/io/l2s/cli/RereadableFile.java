package io.l2s.cli;

import io.l2s.checkpoint.TemporaryFiles;
import io.l2s.evaluation.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets a command read data more than once, which a pipe brings only once. */
final class RereadableFile {

  private RereadableFile() {}

  /**
   * {@code file}, or a temporary copy of the same name of what a pipe or device brings; it goes
   * when the JVM exits.
   *
   * @throws CommandFailure naming the pipe that brings more than 2 GiB
   * @throws UncheckedIOException naming the pipe
   */
  static Path of(Path file) {
    // A device has no end.
    return of(file, TextFile.MAX_BYTES);
  }

  static Path of(Path file, long mostBytes) {
    if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
      return file;
    }
    try (InputStream in = Files.newInputStream(file)) {
      Path copy = TemporaryFiles.fileNamed(file.getFileName());
      copy(file, in, copy, mostBytes);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + file, e);
    }
  }

  private static void copy(Path file, InputStream in, Path copy, long mostBytes)
      throws IOException {
    byte[] some = new byte[1 << 16];
    long copied = 0;
    try (OutputStream out = Files.newOutputStream(copy)) {
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        copied += count;
        if (copied > mostBytes) {
          throw new CommandFailure(
              file + " must bring at most " + mostBytes + " bytes, but brings more; split it");
        }
        out.write(some, 0, count);
      }
    }
  }
}
