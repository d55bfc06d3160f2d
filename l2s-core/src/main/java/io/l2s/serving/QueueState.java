package io.l2s.serving;

import java.util.EnumSet;
import java.util.Set;

/** The state of a {@link WaitingQueue}, with the table of legal changes. */
enum QueueState {

  /** It takes newcomers. */
  OPEN,

  /** It refuses newcomers while the native thread does not respond. */
  REFUSING,

  /** It refuses newcomers for good. */
  CLOSED;

  /** The states that may follow this one. */
  private Set<QueueState> next() {
    return switch (this) {
      case OPEN -> EnumSet.of(REFUSING, CLOSED);
      case REFUSING -> EnumSet.of(OPEN, CLOSED);
      case CLOSED -> EnumSet.noneOf(QueueState.class);
    };
  }

  /**
   * Changes to {@code next}.
   *
   * @return {@code next}
   * @throws IllegalStateException naming both states, if the table has no such change
   */
  QueueState to(QueueState next) {
    if (!next().contains(next)) {
      throw new IllegalStateException("the queue cannot change from " + this + " to " + next);
    }
    return next;
  }
}
