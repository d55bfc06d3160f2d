package io.l2s.training;

import io.l2s.checkpoint.Digests;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** SHA-256 digests of files, each computed once: those of a large LLM take minutes. */
final class FileDigests {

  private final Map<Path, String> known = new HashMap<>();

  /**
   * The digest of {@code file} when it was first asked for.
   *
   * @throws io.l2s.ModelLoadException if the file cannot be read
   */
  String sha256(Path file) {
    return known.computeIfAbsent(file.toAbsolutePath().normalize(), Digests::sha256);
  }
}
