package io.l2s.samples.spark;

import io.l2s.GenerationResult;

/** The job's answer to a row. */
sealed interface Answer {

  /** The row's translation. */
  record Translated(GenerationResult result) implements Answer {}

  /**
   * The row has no translation.
   *
   * @param message the cause in words
   */
  record Rejected(Reason reason, String message) implements Answer {}
}
