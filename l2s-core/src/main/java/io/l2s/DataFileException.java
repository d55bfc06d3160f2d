package io.l2s;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of training or evaluation data that cannot be read as what it should be. */
public class DataFileException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final long line;

  /**
   * @param line the line at fault, from 1; 0 for the file as a whole
   * @param settings names of the settings that {@code problem} mentions
   */
  public DataFileException(
      Path file, long line, String problem, @Nullable Throwable cause, String... settings) {
    super(
        Excerpt.of(String.valueOf(file))
            + (line > 0 ? ", line " + line : "")
            + ": "
            + Excerpt.of(problem),
        cause,
        settings);
    this.file = file;
    this.line = line;
  }

  /** The file at fault. */
  public Path file() {
    return file;
  }

  /** The line at fault, from 1; 0 for the file as a whole. */
  public long line() {
    return line;
  }
}
