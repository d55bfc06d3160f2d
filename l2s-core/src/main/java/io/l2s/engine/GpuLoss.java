package io.l2s.engine;

/** The loss of this process's GPUs: the driver fails every call after one. Thread-safe. */
public final class GpuLoss {

  private static volatile boolean givenUp;

  private GpuLoss() {}

  /** Makes this process see no GPU any more. */
  public static void giveUp() {
    givenUp = true;
  }

  static boolean isGivenUp() {
    return givenUp;
  }

  /**
   * Whether {@code failure} comes from a GPU that this process cannot use any more. Memory that is
   * not there is no such failure.
   */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("CUDA error") && !message.contains("out of memory")) {
        return true;
      }
    }
    return false;
  }
}
