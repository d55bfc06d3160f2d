package io.l2s;

/** The native engine refused or failed; the message keeps what it said. */
public class EngineException extends L2sException {

  private static final long serialVersionUID = 1L;

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
