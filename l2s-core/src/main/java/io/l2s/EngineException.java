package io.l2s;

import org.jspecify.annotations.Nullable;

/** The native engine failed while it ran; the message keeps the engine's own words. */
public class EngineException extends L2sException {

  private static final long serialVersionUID = 1L;

  public EngineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
