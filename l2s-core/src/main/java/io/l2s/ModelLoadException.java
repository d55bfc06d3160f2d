package io.l2s;

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
    super(location + ": " + String.join("; ", problems), cause, settings);
    this.location = location;
    this.problems = List.copyOf(problems);
  }

  /** The file or directory at fault. */
  public Path location() {
    return location;
  }

  /** All problems, in the order found. */
  public List<String> problems() {
    return problems;
  }
}
