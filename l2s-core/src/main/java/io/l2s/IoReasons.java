package io.l2s;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Says in words why the system refuses a file. Thread-safe. */
public final class IoReasons {

  private IoReasons() {}

  /** The reason, such as {@code permission denied}; never empty, and without the file's name. */
  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    } else if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    } else if (failure instanceof FileSystemLoopException) {
      return "its symbolic links lead in a circle";
    } else if (failure instanceof FileAlreadyExistsException) {
      return "there is a file of this name already";
    } else if (failure instanceof NotDirectoryException) {
      return "it is no directory";
    } else if (failure instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    } else if (failure instanceof EOFException) {
      return "it ended early";
    }
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    if (reason != null && reason.startsWith("Too many levels of symbolic links")) {
      return "its symbolic links lead in a circle";
    }
    return Objects.requireNonNullElse(reason, failure.getClass().getSimpleName());
  }
}
