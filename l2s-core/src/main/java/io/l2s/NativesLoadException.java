package io.l2s;

/** A native library of PyTorch does not load on this machine. */
public class NativesLoadException extends LoadException {

  private static final long serialVersionUID = 1L;

  public NativesLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
