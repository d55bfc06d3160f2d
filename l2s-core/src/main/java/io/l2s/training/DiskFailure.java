package io.l2s.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.regex.Pattern;

/** Says which file a disk refused, once, and what to do. */
final class DiskFailure {

  // Messages of Linux, macOS and Windows.
  private static final Pattern FULL =
      Pattern.compile("no space left|not enough space|disk full|quota", Pattern.CASE_INSENSITIVE);

  private DiskFailure() {}

  /** The failure of a training; a stored state lets it resume. */
  static TrainingException with(UncheckedIOException failure, boolean stored) {
    // An UncheckedIOException is not made without a cause.
    String reason = reason(Objects.requireNonNull(failure.getCause()));
    String remedy = FULL.matcher(reason).find() ? "free space" : "remove that obstacle";
    return new TrainingException(
        failure.getMessage()
            + ": "
            + reason
            + "; "
            + remedy
            + (stored ? ", then continue with resume" : ", then start again"),
        failure,
        "resume");
  }

  // The message of a file system's exception repeats its files.
  private static String reason(IOException cause) {
    if (!(cause instanceof FileSystemException failure)) {
      return String.valueOf(cause.getMessage());
    }
    return failure.getReason() == null ? cause.getClass().getSimpleName() : failure.getReason();
  }
}
