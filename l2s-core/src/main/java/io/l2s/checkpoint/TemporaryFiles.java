package io.l2s.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files and directories in the system's temporary directory. Files that are left go when the JVM
 * exits, after all shutdown hooks; a process that is killed leaves them. Thread-safe.
 */
public final class TemporaryFiles {

  private static final Set<Path> LEFT = ConcurrentHashMap.newKeySet();

  private TemporaryFiles() {}

  /** Makes an empty file whose name begins and ends with the given texts. */
  public static Path file(String begin, String end) throws IOException {
    Path file = Files.createTempFile(begin, end);
    keepTrackOf(file);
    return file;
  }

  /** Makes an empty directory whose name begins with {@code begin}. */
  public static Path directory(String begin) throws IOException {
    Path directory = Files.createTempDirectory(begin);
    keepTrackOf(directory);
    return directory;
  }

  /** Makes an empty file of this name in a directory of its own. */
  public static Path fileNamed(Path name) throws IOException {
    Path file = Files.createFile(directory("l2s-").resolve(name));
    deleteOnExit(file);
    return file;
  }

  private static void keepTrackOf(Path path) {
    LEFT.add(path);
    deleteOnExit(path);
  }

  private static void deleteOnExit(Path path) {
    try {
      path.toFile().deleteOnExit();
    } catch (IllegalStateException e) {
      // The JVM is exiting; who has made the file deletes it.
    }
  }

  /** Deletes {@code path}, with all that it holds; what cannot be deleted goes at the exit. */
  public static void delete(Path path) {
    try {
      OutputDirectory.delete(path);
      LEFT.remove(path);
    } catch (IOException | UncheckedIOException e) {
      // Such as on Windows, while the file is mapped, or where another thread deletes it, too.
    }
  }

  /** Deletes all that are left, in a process that ends without its hooks. */
  public static void deleteAll() {
    LEFT.forEach(TemporaryFiles::delete);
  }
}
