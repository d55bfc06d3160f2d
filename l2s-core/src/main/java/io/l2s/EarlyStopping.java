package io.l2s;

import java.util.Locale;

/**
 * When a beam search ends after it has found as many answers as it has beams. The values are those
 * of transformers' {@code early_stopping}.
 */
public enum EarlyStopping {
  /**
   * The search ends when the likeliest unfinished beam would not be among the answers if it ended
   * now: its score is estimated with its present length. With a length penalty above 0 a longer
   * answer is divided by more, so the beam might still have become better.
   */
  FALSE,

  /** The search ends at once. */
  TRUE,

  /**
   * The search ends when no unfinished beam can become better: its score is estimated with the
   * longest answer where the length penalty is above 0, else with its present length. This takes
   * the most steps.
   */
  NEVER;

  /** The value as transformers writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
