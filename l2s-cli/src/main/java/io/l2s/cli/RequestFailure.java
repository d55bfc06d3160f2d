package io.l2s.cli;

import io.l2s.L2sException;

/** A request that the model refused or failed, with the place that its prompt comes from. */
final class RequestFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String origin;
  private final L2sException failure;

  RequestFailure(String origin, L2sException failure) {
    super(origin + ": " + failure.getMessage(), failure);
    this.origin = origin;
    this.failure = failure;
  }

  /** The message for the users of the command that {@code names} belongs to. */
  String messageFor(OptionNames names) {
    return origin + ": " + failure.messageFor(names);
  }
}
