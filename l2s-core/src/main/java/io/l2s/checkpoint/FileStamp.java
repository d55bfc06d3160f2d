package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Facts that show whether the content of a file is still the same.
 *
 * @param key the file behind the name; null where the system reports none
 */
public record FileStamp(Path file, @Nullable Object key, long size, FileTime written) {

  /**
   * {@code file} as it is now.
   *
   * @throws ModelLoadException if it cannot be read
   */
  public static FileStamp of(Path file) {
    try {
      return of(file, Files.readAttributes(file, BasicFileAttributes.class));
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  private static FileStamp of(Path file, BasicFileAttributes found) {
    return new FileStamp(file, found.fileKey(), found.size(), found.lastModifiedTime());
  }

  /**
   * Makes sure that what was read since is of one file.
   *
   * @throws ModelLoadException if there is another file under the name, or it has been written to
   */
  public void requireSame() {
    requireSame(
        "was replaced or written to while it was being read; try again when it is complete");
  }

  /** Like {@link #requireSame()}, with a message of its own. */
  void requireSame(String problem) {
    if (!of(file).equals(this)) {
      throw new ModelLoadException(file, problem);
    }
  }

  /**
   * How the content has changed since; empty where it has not. Another file under the same name is
   * no change: whoever has this one mapped keeps it.
   */
  public Optional<String> change() {
    FileStamp now;
    try {
      now = of(file, Files.readAttributes(file, BasicFileAttributes.class));
    } catch (IOException e) {
      return Optional.empty(); // It has lost its name, which changes no content.
    }
    if (!Objects.equals(now.key, key)) {
      return Optional.empty();
    } else if (now.size != size) {
      return Optional.of(
          file + " had " + size + " bytes when it was loaded, but has " + now.size + " now");
    }
    return now.written.equals(written)
        ? Optional.empty()
        : Optional.of(file + " has been written to since it was loaded");
  }
}
