package io.l2s.engine;

import ai.djl.util.Utils;
import io.l2s.IoReasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The directory into which DJL unpacks native libraries from their jars. */
record NativeCache(Path directory) {

  /** More than the libraries take. */
  private static final long ROOM = 1L << 30;

  /** The cache of this process. */
  static NativeCache current() {
    return new NativeCache(Utils.getEngineCacheDir("pytorch"));
  }

  /** The obstacle to unpacking libraries there, with the remedy. */
  Optional<String> problem() {
    return refusal()
        .map(
            reason ->
                "cannot unpack the native library into the cache directory "
                    + directory
                    + ": "
                    + reason
                    + "; name a directory that can be written in the environment variable"
                    + " DJL_CACHE_DIR");
  }

  private Optional<String> refusal() {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "l2s", null));
      long free = Files.getFileStore(directory).getUsableSpace();
      return free < ROOM
          ? Optional.of("its disk has only " + (free >> 20) + " MB left")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(IoReasons.reason(e));
    }
  }
}
