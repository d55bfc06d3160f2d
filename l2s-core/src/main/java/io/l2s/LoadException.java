package io.l2s;

import org.jspecify.annotations.Nullable;

/**
 * A model that cannot be loaded: its files, its device or the native library are at fault. A
 * running model never throws it.
 */
public abstract class LoadException extends L2sException {

  private static final long serialVersionUID = 1L;

  LoadException(String message, @Nullable Throwable cause, String... settings) {
    super(message, cause, settings);
  }
}
