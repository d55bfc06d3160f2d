package io.l2s.model;

import io.l2s.checkpoint.ConfigFile;

/**
 * The norms of a model: layer norms subtract the mean, RMS norms only divide.
 *
 * @param epsilon what they add to a variance before they divide by its root
 */
public record Norm(Kind kind, double epsilon) {

  // Smaller ones vanish in float32, so that a vector of zeros becomes not a number.
  private static final double MIN_EPSILON = 1e-30;

  /** The kinds of norms. */
  public enum Kind {
    LAYER,
    RMS
  }

  /** Layer norms. */
  public static Norm layer(double epsilon) {
    return new Norm(Kind.LAYER, epsilon);
  }

  /** RMS norms. */
  public static Norm rms(double epsilon) {
    return new Norm(Kind.RMS, epsilon);
  }

  /**
   * The epsilon in {@code field}, from 1e-30 to 1.
   *
   * @throws io.l2s.ModelLoadException if it is out of these bounds
   */
  public static double epsilon(ConfigFile config, String field, double fallback) {
    return config.doubleOr(field, fallback, MIN_EPSILON, 1);
  }

  /** Whether the norms subtract the mean. */
  boolean centered() {
    return kind == Kind.LAYER;
  }
}
