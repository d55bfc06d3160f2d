package io.l2s;

/** The root of everything l2s throws on purpose. */
public abstract class L2sException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  protected L2sException(String message, Throwable cause) {
    super(message, cause);
  }
}
