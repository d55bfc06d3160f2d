package io.l2s;

import java.util.List;

/** Checks of request fields; each refusal names the field, its bound and the value. */
final class Bounds {

  private Bounds() {}

  static void within(String field, double low, double high, double value) {
    if (!(value >= low && value <= high)) {
      throw new InvalidRequestException(
          field, "between " + text(low) + " and " + text(high), text(value));
    }
  }

  static void above(String field, double low, double high, double value) {
    if (!(value > low && value <= high)) {
      throw new InvalidRequestException(
          field, "above " + text(low) + " and at most " + text(high), text(value));
    }
  }

  static void strings(String field, int most, int longest, List<String> values) {
    if (values.size() > most) {
      throw new InvalidRequestException(field, "at most " + most + " strings", values.size());
    }
    for (String value : values) {
      if (value.length() > longest) {
        throw new InvalidRequestException(
            field, "strings of at most " + longest + " characters", "one of " + value.length());
      }
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
