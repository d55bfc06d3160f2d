package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 digests of the files of one model or one training. A file is read once for all who ask
 * for its digest: that takes minutes for a large LLM. Thread-safe.
 */
public final class KnownDigests {

  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  /**
   * @param stamp the file as it was when it was read
   */
  private record Known(FileStamp stamp, String sha256) {}

  /**
   * The digest of {@code file} as it is now, in lower-case hex. A file that has changed since it
   * was read is read again.
   *
   * @throws ModelLoadException if the file cannot be read, or is written to meanwhile
   */
  public String sha256(Path file) {
    ModelFile.requireRegular(file);
    return known.compute(file.toAbsolutePath(), KnownDigests::upToDate).sha256();
  }

  /**
   * The digest of {@code file} as it was when it was last read, in lower-case hex, even if it has
   * changed since. A training names the files that it has begun with.
   *
   * @throws ModelLoadException if the file must be read and cannot be, or is written to meanwhile
   */
  public String knownSha256(Path file) {
    return known.computeIfAbsent(file.toAbsolutePath(), KnownDigests::read).sha256();
  }

  /**
   * Makes sure that the files in {@code place} are still those whose digests were taken. A digest
   * that was compared vouches for nothing that was read since, if the file has changed.
   *
   * @param place a directory, of whose own files digests may have been taken, or such a file
   * @throws ModelLoadException naming a file that was replaced, written to or deleted since
   */
  public void requireUnchanged(Path place) {
    Path within = place.toAbsolutePath();
    known.forEach(
        (file, digest) -> {
          if (file.equals(within) || within.equals(file.getParent())) {
            digest
                .stamp()
                .requireSame(
                    "was replaced or written to after its digest was compared; load the model again"
                        + " when all of its files are in place");
          }
        });
  }

  private static Known upToDate(Path file, @Nullable Known before) {
    return before != null && before.stamp().equals(FileStamp.of(file)) ? before : read(file);
  }

  private static Known read(Path file) {
    FileStamp stamp = FileStamp.of(file);
    String sha256 = Digests.sha256(file);
    stamp.requireSame();
    return new Known(stamp, sha256);
  }
}
