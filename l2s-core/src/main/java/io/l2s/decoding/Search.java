package io.l2s.decoding;

import io.l2s.FinishReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How one request's tokens are chosen: the rows of a running batch that it needs, and what comes
 * next in each of them. Knows no model and no text. Not thread-safe.
 *
 * <p>Every search can take part in steps: it asks for edits of the scores and for a number of
 * candidates, and chooses by them. {@link GreedySearch} can take whole runs of ids instead.
 */
public sealed interface Search permits GreedySearch, SampledSearch, BeamSearch {

  /** Rows of the batch that it needs, the same all the time. */
  int rows();

  /** Most ids that it can still take. */
  int remaining();

  /** Whether scores are log-probabilities before they are edited, and not logits. */
  default boolean normalised() {
    return false;
  }

  /** Best tokens of each row that it wants to see, at least 1. */
  default int candidates() {
    return 1;
  }

  /** Adds its edits of the next step's scores; its rows begin at {@code firstRow}. */
  default void edit(LogitEdits edits, int firstRow) {}

  /** Chooses what comes next; its rows begin at {@code firstRow}. */
  Choice choose(TopTokens top, int firstRow);

  /**
   * A search for the same request that makes the answer so far once more, step by step, and goes on
   * from there: a decoder that has lost its state is fed what was chosen, since its scores, in
   * other company, may differ in the last digits. A search that has handed out nothing may begin
   * anew.
   */
  Search restarted();

  /**
   * A step's outcome.
   *
   * @param parents for each row the row, counted from the search's first, that it goes on from
   * @param tokens for each row what comes next
   */
  record Choice(int[] parents, int[] tokens) {}

  /** The ids of the first answer that are certain by now and have not been taken before. */
  int[] takeSettled();

  /**
   * Why its first answer ended: {@code EOS}, {@code LENGTH} or, where there are several, {@code
   * STOP}; empty while the search goes on.
   */
  Optional<FinishReason> finishReason();

  /** Whether the model's numbers went bad before the end. */
  boolean hasNonFiniteLogits();

  /** The answers so far, best first. */
  List<Answer> answers();

  /**
   * One answer.
   *
   * @param ids an end-of-sequence id included
   * @param end why it ended; empty if it did not
   * @param score of a beam
   * @param logprobs empty if not asked for
   */
  record Answer(
      List<Integer> ids, Optional<FinishReason> end, OptionalDouble score, List<Double> logprobs) {

    public Answer {
      ids = List.copyOf(ids);
      logprobs = List.copyOf(logprobs);
    }

    /** Its first {@code count} ids. */
    public Answer first(int count) {
      return new Answer(
          ids.subList(0, count),
          end,
          score,
          logprobs.isEmpty() ? logprobs : logprobs.subList(0, count));
    }
  }
}
