package io.l2s.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files and directories in the system's temporary directory. Those that are left go when the JVM
 * exits; a process that is killed leaves them. Thread-safe.
 */
public final class TemporaryFiles {

  private static final Set<Path> LEFT = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFiles::deleteAll, "l2s-temporary"));
  }

  private TemporaryFiles() {}

  /** Makes an empty file whose name begins and ends with the given texts. */
  public static Path file(String begin, String end) throws IOException {
    Path file = Files.createTempFile(begin, end);
    LEFT.add(file);
    return file;
  }

  /** Makes an empty directory whose name begins with {@code begin}. */
  public static Path directory(String begin) throws IOException {
    Path directory = Files.createTempDirectory(begin);
    LEFT.add(directory);
    return directory;
  }

  /** Deletes {@code path}, with all that it holds; what cannot be deleted goes at the exit. */
  public static void delete(Path path) {
    try {
      OutputDirectory.delete(path);
      LEFT.remove(path);
    } catch (IOException e) {
      // Such as on Windows, while the file is mapped.
    }
  }

  /** Deletes all that are left, in a process that ends without its hooks. */
  public static void deleteAll() {
    LEFT.forEach(TemporaryFiles::delete);
  }
}
