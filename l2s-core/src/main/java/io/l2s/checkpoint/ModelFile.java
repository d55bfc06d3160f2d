package io.l2s.checkpoint;

import io.l2s.IoReasons;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Opens the files of a model. Only regular files are opened: a pipe would wait for its writer, and
 * a device may have no end.
 */
public final class ModelFile {

  private static final int TYPE = 0xF000;

  private ModelFile() {}

  /**
   * Opens {@code file} for reading.
   *
   * @throws ModelLoadException if it is missing, no regular file or the system refuses
   */
  public static FileChannel open(Path file) {
    requireRegular(file);
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /**
   * All bytes of {@code file}.
   *
   * @throws ModelLoadException as {@link #open} does, or if there are more than {@code most}
   */
  public static byte[] bytes(Path file, long most) {
    requireAtMost(file, most);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /**
   * The text of {@code file}.
   *
   * @throws ModelLoadException as {@link #bytes} does, or if it is not UTF-8
   */
  public static String text(Path file, long mostBytes) {
    try {
      requireAtMost(file, mostBytes);
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file, List.of("is not UTF-8 text"), e);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /**
   * @throws ModelLoadException as {@link #requireRegular} does, or if {@code file} has more than
   *     {@code most} bytes
   */
  public static void requireAtMost(Path file, long most) {
    long size = regular(file).size();
    if (size > most) {
      throw new ModelLoadException(
          file,
          "must have at most "
              + most
              + " bytes, but has "
              + size
              + "; it is no such file of a model: fetch it again");
    }
  }

  /**
   * @throws ModelLoadException if {@code file} is missing, or naming what it is in place of a file
   */
  public static void requireRegular(Path file) {
    regular(file);
  }

  /**
   * Whether there is a file of this name; a link that leads nowhere is one, so that it is named.
   */
  public static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Checks a file that is to be read and written, before opening it might wait.
   *
   * @throws ModelLoadException naming what {@code file} is, if it is there and no regular file
   */
  public static void requireRegularIfThere(Path file) {
    if (isThere(file)) {
      regular(file);
    }
  }

  private static BasicFileAttributes regular(Path file) {
    BasicFileAttributes found = attributes(file);
    if (!found.isRegularFile()) {
      throw new ModelLoadException(file, "must be a file, but is " + kind(file, found));
    }
    return found;
  }

  /**
   * @throws ModelLoadException if {@code directory} is missing, or naming what it is in place of a
   *     directory
   */
  public static void requireDirectory(Path directory) {
    if (!isThere(directory)) {
      throw new ModelLoadException(directory, "does not exist");
    }
    BasicFileAttributes found = attributes(directory);
    if (!found.isDirectory()) {
      throw new ModelLoadException(directory, "is not a directory, but " + kind(directory, found));
    }
  }

  private static BasicFileAttributes attributes(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      if (Files.isSymbolicLink(file) && !Files.exists(file)) {
        throw new ModelLoadException(file, List.of(linkProblem(file, e)), e);
      }
      throw ModelLoadException.unreadable(file, e);
    }
  }

  private static String linkProblem(Path link, IOException failure) {
    try {
      return "is a symbolic link to "
          + Files.readSymbolicLink(link)
          + ", which cannot be read: "
          + IoReasons.reason(failure);
    } catch (IOException e) {
      return "is a symbolic link that cannot be read: " + IoReasons.reason(failure);
    }
  }

  private static String kind(Path file, BasicFileAttributes found) {
    if (found.isDirectory()) {
      return "a directory";
    } else if (found.isRegularFile()) {
      return "a file";
    }
    return switch (unixType(file)) {
      case 0x1000 -> "a pipe";
      case 0x2000, 0x6000 -> "a device";
      case 0xC000 -> "a socket";
      default -> "neither file nor directory";
    };
  }

  private static int unixType(Path file) {
    try {
      return (int) Files.getAttribute(file, "unix:mode") & TYPE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return 0; // Such as on Windows.
    }
  }
}
