package io.l2s;

/** The native PyTorch library on the class path is of another version than DJL needs. */
public class NativesVersionException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final String found;
  private final String wanted;
  private final String artifact;

  /**
   * @param found the version on the class path
   * @param wanted the version that DJL's own native part was compiled for
   * @param artifact Maven coordinates of the dependency that brings the wanted version
   */
  public NativesVersionException(String found, String wanted, String artifact) {
    super(
        "the native PyTorch library on the class path has version "
            + found
            + ", but DJL needs "
            + wanted
            + ": use "
            + artifact,
        null);
    this.found = found;
    this.wanted = wanted;
    this.artifact = artifact;
  }

  /** The version on the class path. */
  public String found() {
    return found;
  }

  /** The version that DJL's own native part was compiled for. */
  public String wanted() {
    return wanted;
  }

  /** Maven coordinates of the dependency that brings the wanted version. */
  public String artifact() {
    return artifact;
  }
}
