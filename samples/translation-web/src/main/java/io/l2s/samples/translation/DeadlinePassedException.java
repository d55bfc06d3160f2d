package io.l2s.samples.translation;

/** The deadline ended a translation. */
class DeadlinePassedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeadlinePassedException(String partialText) {
    super("the deadline passed after: " + partialText);
  }
}
