package io.l2s.model;

import io.l2s.checkpoint.ConfigFile;

/** The number that norms add to a variance before they divide by its root. */
public final class NormEpsilon {

  // Smaller ones vanish in float32, so that a vector of zeros becomes not a number.
  private static final double MIN = 1e-30;

  private NormEpsilon() {}

  /**
   * The value of {@code field}, from 1e-30 to 1.
   *
   * @throws io.l2s.ModelLoadException if it is out of these bounds
   */
  public static double read(ConfigFile config, String field, double fallback) {
    return config.doubleOr(field, fallback, MIN, 1);
  }
}
