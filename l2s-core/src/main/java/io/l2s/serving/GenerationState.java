package io.l2s.serving;

import java.util.EnumSet;
import java.util.Set;

/**
 * The state of a {@link Generation}, with the table of legal changes.
 *
 * <p>A generation in an {@code ALONE} state has lost its running batch to a failed decode call. It
 * repeats its answer in a batch of its own, which no other generation joins.
 */
enum GenerationState {

  /** It waits in the queue. */
  WAITING,

  /** The native thread reads its prompt and prefills its rows. */
  PREFILLING,

  /** A running batch has its rows. */
  DECODING,

  /** It waits in the queue to start over by itself. */
  WAITING_ALONE,

  /** Like {@link #PREFILLING}, for a batch of its own. */
  PREFILLING_ALONE,

  /** Like {@link #DECODING}, in a batch of its own. */
  DECODING_ALONE,

  /** It ended with a result; cancellation and deadline are results, too. */
  FINISHED,

  /** It ended with a failure. */
  FAILED;

  /** The states that may follow this one. */
  private Set<GenerationState> next() {
    return switch (this) {
      case WAITING -> EnumSet.of(PREFILLING, FINISHED, FAILED);
      // After a failure of its group each member tries again, as another one may be to blame.
      case PREFILLING -> EnumSet.of(WAITING, DECODING, FINISHED, FAILED);
      case DECODING -> EnumSet.of(WAITING_ALONE, FINISHED, FAILED);
      case WAITING_ALONE -> EnumSet.of(PREFILLING_ALONE, FINISHED, FAILED);
      case PREFILLING_ALONE -> EnumSet.of(DECODING_ALONE, FINISHED, FAILED);
      case DECODING_ALONE -> EnumSet.of(FINISHED, FAILED);
      case FINISHED, FAILED -> EnumSet.noneOf(GenerationState.class);
    };
  }

  /**
   * Changes to {@code next}.
   *
   * @return {@code next}
   * @throws IllegalStateException naming both states, if the table has no such change
   */
  GenerationState to(GenerationState next) {
    if (!next().contains(next)) {
      throw new IllegalStateException("a generation cannot change from " + this + " to " + next);
    }
    return next;
  }

  /** Whether nothing follows. */
  boolean isEnd() {
    return this == FINISHED || this == FAILED;
  }

  /** Whether it may share a running batch with others. */
  boolean isShared() {
    return this == WAITING || this == PREFILLING || this == DECODING;
  }
}
