package io.l2s;

import org.jspecify.annotations.Nullable;

/** No native PyTorch library for this platform is on the class path. */
public class NativesMissingException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final String artifact;

  /**
   * @param artifact Maven coordinates of the dependency that brings the library
   */
  public NativesMissingException(String artifact, @Nullable Throwable cause) {
    super("no native PyTorch library was found: add the runtime dependency " + artifact, cause);
    this.artifact = artifact;
  }

  /** Maven coordinates of the dependency that brings the library. */
  public String artifact() {
    return artifact;
  }
}
