package io.l2s.engine;

import ai.djl.ndarray.NDArray;

/** Finds numbers that are infinite or none at all, such as those of an overflow. */
public final class FiniteNumbers {

  private FiniteNumbers() {}

  /** Whether all numbers of {@code array} are finite; waits for them to be computed. */
  public static boolean areAll(NDArray array) {
    try (NDArray sum = array.sum()) {
      return Float.isFinite(sum.getFloat());
    }
  }

  /**
   * The message where they are not, with the remedy.
   *
   * @param what what is wrong, such as "the prompt features are not finite"
   */
  public static String problem(String what) {
    return what + "; the checkpoint or its number format is unfit, try precision f32";
  }
}
