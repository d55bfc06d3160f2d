package io.l2s.cli;

import org.jspecify.annotations.Nullable;

/** Input or output that stops a command; the message is for the user, the exit code is 1. */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    super(message);
  }

  CommandFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
