package io.l2s;

import org.jspecify.annotations.Nullable;

/** No native PyTorch library for this platform is on the class path. */
public class NativesMissingException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final String artifact;

  /**
   * @param artifact Maven coordinates of the dependency that brings the library
   * @param cause the failure of its download; null where none was tried
   */
  public NativesMissingException(String artifact, @Nullable Throwable cause) {
    super(
        "no native PyTorch library was found"
            + (cause == null ? "" : ", and its download failed (" + cause.getMessage() + ")")
            + ": add the runtime dependency "
            + artifact,
        cause);
    this.artifact = artifact;
  }

  /** Maven coordinates of the dependency that brings the library. */
  public String artifact() {
    return artifact;
  }
}
