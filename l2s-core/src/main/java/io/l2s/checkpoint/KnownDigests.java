package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 digests of the files of one model. A file is read once for all who ask for its digest; a
 * file that has changed since is read again. Thread-safe.
 */
public final class KnownDigests {

  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  /**
   * @param stamp the file as it was when it was read
   */
  private record Known(FileStamp stamp, String sha256) {}

  /**
   * The digest of {@code file} as it is now, in lower-case hex.
   *
   * @throws ModelLoadException if the file cannot be read, or is written to meanwhile
   */
  public String sha256(Path file) {
    ModelFile.requireRegular(file);
    return known.compute(file.toAbsolutePath(), KnownDigests::upToDate).sha256();
  }

  private static Known upToDate(Path file, @Nullable Known before) {
    FileStamp now = FileStamp.of(file);
    if (before != null && before.stamp().equals(now)) {
      return before;
    }
    String sha256 = Digests.sha256(file);
    now.requireSame();
    return new Known(now, sha256);
  }
}
