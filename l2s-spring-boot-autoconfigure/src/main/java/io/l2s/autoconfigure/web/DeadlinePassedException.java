package io.l2s.autoconfigure.web;

import io.l2s.FinishReason;
import io.l2s.GenerationResult;

/** The deadline ended an answer before the model did; clients get status 504. */
public class DeadlinePassedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String partialText;

  /**
   * @param partialText the answer as far as it was decoded
   */
  public DeadlinePassedException(String partialText) {
    // The answer belongs in no log.
    super("the deadline passed");
    this.partialText = partialText;
  }

  /** The answer as far as it was decoded. */
  public String partialText() {
    return partialText;
  }

  /**
   * Returns {@code result} if it ended in time.
   *
   * @throws DeadlinePassedException if its finish reason is {@link FinishReason#DEADLINE}
   */
  public static GenerationResult requireInTime(GenerationResult result) {
    if (result.finishReason() == FinishReason.DEADLINE) {
      throw new DeadlinePassedException(result.text());
    }
    return result;
  }
}
