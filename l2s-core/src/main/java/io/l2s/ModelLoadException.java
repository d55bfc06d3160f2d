package io.l2s;

import java.nio.file.Path;
import java.util.List;

/** A checkpoint or bundle that cannot be loaded, with every problem found in it. */
public class ModelLoadException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final transient Path location;
  private final List<String> problems;

  public ModelLoadException(Path location, List<String> problems) {
    this(location, problems, null);
  }

  public ModelLoadException(Path location, List<String> problems, Throwable cause) {
    super(location + ": " + String.join("; ", problems), cause);
    this.location = location;
    this.problems = List.copyOf(problems);
  }

  public ModelLoadException(Path location, String problem) {
    this(location, List.of(problem), null);
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
