package io.l2s.samples.titles.history;

/** How a job ended. */
public enum JobStatus {
  /** There is a title. */
  DONE,
  /** The model failed; {@link Job#error} says why. */
  FAILED,
  /** The deadline passed before the title was complete. */
  TIMED_OUT,
  /** The client left before the title was complete. */
  CANCELLED
}
