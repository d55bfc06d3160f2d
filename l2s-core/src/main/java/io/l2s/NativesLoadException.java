package io.l2s;

/** The native PyTorch library is there, but does not load. */
public class NativesLoadException extends LoadException {

  private static final long serialVersionUID = 1L;

  public NativesLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
