package io.l2s;

import java.util.Locale;

/**
 * When a beam search ends that has found as many answers as it has beams; transformers' {@code
 * early_stopping}, whose values these are.
 */
public enum EarlyStopping {
  /**
   * When the likeliest beam that goes on would not be among the answers if it ended here: its score
   * is estimated with its present length. It may yet have become better where the length penalty is
   * above 0, as a longer answer is divided by more.
   */
  FALSE,

  /** At once. */
  TRUE,

  /**
   * When no beam that goes on can become better: its score is estimated with the longest answer
   * where the length penalty is above 0, else with its present length. Takes the most steps.
   */
  NEVER;

  /** The value as transformers writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
