package io.l2s.training;

import io.l2s.checkpoint.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other trainings out of an output directory as long as one runs there, in any process; a
 * process that is killed lets go of it.
 */
final class TrainingLock implements AutoCloseable {

  // Closing a second channel of a file would let go of the system's lock that this process has on
  // it.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private TrainingLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of {@code output}.
   *
   * @throws TrainingException naming the directory, if another training has it
   * @throws UncheckedIOException naming the file, if it cannot be made or locked
   */
  static TrainingLock take(Path output) {
    // It stays behind: deleting it would let two trainings lock two files of one name.
    Path directory = TrainingRun.stateDirectory(output);
    Path named = directory.resolve("lock");
    try {
      Files.createDirectories(directory);
      Path file = directory.toRealPath().resolve("lock");
      if (!HELD.add(file)) {
        throw taken(output);
      }
      FileChannel channel = null;
      try {
        ModelFile.requireRegularIfThere(file);
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
          throw taken(output);
        }
        return new TrainingLock(file, channel);
      } catch (IOException | RuntimeException e) {
        release(file, channel);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + named, e);
    }
  }

  private static TrainingException taken(Path output) {
    return new TrainingException(
        "another training runs in " + output + "; wait for its end or name another output");
  }

  private static void release(Path file, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(file);
    }
  }

  @Override
  public void close() {
    try {
      release(file, channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
