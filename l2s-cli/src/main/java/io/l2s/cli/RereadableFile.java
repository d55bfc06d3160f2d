package io.l2s.cli;

import io.l2s.checkpoint.OutputDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets a command read data more than once, which a pipe brings only once. */
final class RereadableFile {

  private static final Set<Path> COPIES = ConcurrentHashMap.newKeySet();

  private RereadableFile() {}

  /**
   * {@code file}, or a temporary copy of the same name of what a pipe or device brings; it goes
   * when the JVM exits.
   *
   * @throws UncheckedIOException naming the pipe
   */
  static Path of(Path file) {
    if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
      return file;
    }
    try (InputStream in = Files.newInputStream(file)) {
      Path directory = Files.createTempDirectory("l2s-");
      directory.toFile().deleteOnExit();
      COPIES.add(directory);
      Path copy = directory.resolve(file.getFileName());
      copy.toFile().deleteOnExit();
      Files.copy(in, copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + file, e);
    }
  }

  /** Deletes the copies of a process that ends without its hooks. */
  static void deleteCopies() {
    for (Path each : COPIES) {
      try {
        OutputDirectory.delete(each);
      } catch (IOException e) {
        // The process ends by a signal; the system clears its temporary files.
      }
    }
  }
}
