package io.l2s.samples.translation.faults;

import io.l2s.InvalidRequestException;

/**
 * Faults that the models have on purpose.
 *
 * @param slmBroken whether every SLM fails
 * @param llmDelay milliseconds by which every LLM reads a prompt later, 0 to {@value #MOST}
 */
record Faults(boolean slmBroken, int llmDelay) {

  static final Faults NONE = new Faults(false, 0);

  private static final int MOST = 5_000;

  /**
   * Returns these faults.
   *
   * @throws InvalidRequestException if the delay is out of bounds
   */
  Faults checked() {
    if (llmDelay < 0 || llmDelay > MOST) {
      throw new InvalidRequestException("llmDelay", "between 0 and " + MOST, llmDelay);
    }
    return this;
  }
}
