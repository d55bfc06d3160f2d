package io.l2s;

import java.time.Duration;

/**
 * A native call has lasted longer than the model allows, so waiting and running requests failed.
 * The model serves again as soon as the call returns.
 */
public class ModelUnresponsiveException extends L2sException {

  private static final long serialVersionUID = 1L;

  private static final String SETTING = "nativeCallLimit";

  private final Duration limit;

  /**
   * @param limit how long a native call may last
   */
  public ModelUnresponsiveException(Duration limit) {
    super(
        "the model does not respond: a native call has lasted longer than "
            + SETTING
            + ", "
            + limit
            + "; it serves again once the call returns, else restart the application",
        null,
        SETTING);
    this.limit = limit;
  }

  /** How long a native call may last. */
  public Duration limit() {
    return limit;
  }
}
