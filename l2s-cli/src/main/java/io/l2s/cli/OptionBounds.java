package io.l2s.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Bounds of the numbers that options take. */
final class OptionBounds {

  private OptionBounds() {}

  /**
   * Returns {@code value}.
   *
   * @throws ParameterException naming option, bounds and value, if it is below {@code low} or above
   *     {@code high}
   */
  static int within(CommandSpec command, String option, int low, int high, int value) {
    if (value < low || value > high) {
      throw new ParameterException(
          command.commandLine(),
          option + " must be between " + low + " and " + high + ", but was " + value);
    }
    return value;
  }
}
