package io.l2s.training;

import io.l2s.L2sException;

/** A training that cannot continue; the state that it stored before stays usable. */
public class TrainingException extends L2sException {

  private static final long serialVersionUID = 1L;

  /**
   * @param settings names of the settings that the message mentions
   */
  public TrainingException(String message, String... settings) {
    super(message, null, settings);
  }

  /**
   * @param settings names of the settings that the message mentions
   */
  public TrainingException(String message, Throwable cause, String... settings) {
    super(message, cause, settings);
  }
}
