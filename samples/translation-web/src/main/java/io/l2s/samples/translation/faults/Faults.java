package io.l2s.samples.translation.faults;

import io.l2s.InvalidRequestException;

/**
 * Faults that the models have on purpose.
 *
 * @param slmFaults percentage of the requests whose SLM fails, 0 to 100
 * @param encoderFaults percentage of the requests whose LLM cannot read the prompt, 0 to 100
 * @param llmDelay milliseconds by which every LLM reads a prompt later, 0 to {@value #LONGEST}
 */
record Faults(int slmFaults, int encoderFaults, int llmDelay) {

  static final Faults NONE = new Faults(0, 0, 0);

  private static final int LONGEST = 5_000;

  /**
   * Returns these faults.
   *
   * @throws InvalidRequestException if one is out of bounds
   */
  Faults checked() {
    check("slmFaults", 100, slmFaults);
    check("encoderFaults", 100, encoderFaults);
    check("llmDelay", LONGEST, llmDelay);
    return this;
  }

  private static void check(String field, int most, int value) {
    if (value < 0 || value > most) {
      throw new InvalidRequestException(field, "between 0 and " + most, value);
    }
  }
}
