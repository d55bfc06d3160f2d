package io.l2s.samples.spark;

/** Arguments that the job cannot work with; the message names argument and remedy. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
