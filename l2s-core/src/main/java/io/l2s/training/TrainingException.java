package io.l2s.training;

import io.l2s.L2sException;

/** A training that cannot go on; what it had stored before stays usable. */
public class TrainingException extends L2sException {

  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message, null);
  }

  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
