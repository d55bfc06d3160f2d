package io.l2s;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A checkpoint or bundle that cannot be loaded, with every problem found in it. */
public class ModelLoadException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final transient Path location;
  private final List<String> problems;

  public ModelLoadException(Path location, List<String> problems) {
    this(location, problems, null);
  }

  public ModelLoadException(Path location, List<String> problems, @Nullable Throwable cause) {
    this(location, problems, cause, new String[0]);
  }

  /**
   * @param settings names of the settings that {@code problem} mentions
   */
  public ModelLoadException(Path location, String problem, String... settings) {
    this(location, List.of(problem), null, settings);
  }

  private ModelLoadException(
      Path location, List<String> problems, @Nullable Throwable cause, String... settings) {
    this(Excerpt.ofEach(problems), location, cause, settings);
  }

  private ModelLoadException(
      List<String> excerpts, Path location, @Nullable Throwable cause, String... settings) {
    super(
        Excerpt.of(String.valueOf(location)) + ": " + String.join("; ", excerpts), cause, settings);
    this.location = location;
    this.problems = excerpts;
  }

  /** A file that the system does not let be read; the message says why. */
  public static ModelLoadException unreadable(Path file, IOException cause) {
    String problem =
        cause instanceof NoSuchFileException
            ? "does not exist"
            : "cannot be read: " + IoReasons.reason(cause);
    return new ModelLoadException(file, List.of(problem), cause);
  }

  /** The file or directory at fault. */
  public Path location() {
    return location;
  }

  /**
   * All problems, in the order found: each on one line, the middle of a long one left out, and a
   * hundred at most.
   */
  public List<String> problems() {
    return problems;
  }
}
