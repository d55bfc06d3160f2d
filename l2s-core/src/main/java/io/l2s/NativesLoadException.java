package io.l2s;

import org.jspecify.annotations.Nullable;

/** A native library of PyTorch does not load on this machine. */
public class NativesLoadException extends LoadException {

  private static final long serialVersionUID = 1L;

  public NativesLoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
