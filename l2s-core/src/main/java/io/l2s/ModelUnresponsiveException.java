package io.l2s;

import java.time.Duration;

/**
 * A native call has lasted longer than the model allows; what waited or ran was given up. The model
 * serves again as soon as the call returns.
 */
public class ModelUnresponsiveException extends L2sException {

  private static final long serialVersionUID = 1L;

  /**
   * @param limit how long a native call may last
   */
  public ModelUnresponsiveException(Duration limit) {
    super(
        "the model does not respond: a native call has lasted longer than l2s.native-call-limit, "
            + limit
            + "; it serves again once the call returns, else restart the application",
        null);
  }
}
