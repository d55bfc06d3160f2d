package io.l2s.decoding;

import io.l2s.FinishReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Chooses the tokens of one request in its rows of a running batch. It knows no model and no text.
 * Not thread-safe.
 *
 * <p>Every search can take part in steps: it asks for edits of the scores and for a number of
 * candidates, and chooses by them. {@link GreedySearch} can take whole runs of ids instead.
 */
public sealed interface Search permits GreedySearch, SampledSearch, BeamTracker {

  /** Rows of the batch that it needs; the number never changes. */
  int rows();

  /** Most ids that each of its rows can still take. */
  int remaining();

  /** Whether its scores are log-probabilities instead of logits. */
  default boolean normalized() {
    return false;
  }

  /**
   * Number of best tokens of each row that it chooses from, at least 1. It grows where {@link
   * #choose} finds none among them.
   */
  default int candidates() {
    return 1;
  }

  /** Adds its edits of the next step's scores; its rows begin at {@code firstRow}. */
  default void edit(LogitEdits edits, int firstRow) {}

  /**
   * Chooses the next token of each row; its rows begin at {@code firstRow}. Empty, and without any
   * effect, where bad words leave too few of the candidates; {@link #candidates} is larger then.
   */
  Optional<Choice> choose(TopTokens top, int firstRow);

  /**
   * Tokens that may come next, by prompt lookup, fewer than {@link #remaining}. Empty where it has
   * no draft.
   */
  default int[] draft() {
    return new int[0];
  }

  /** Says that the model accepted the first {@code accepted} of {@code drafted} tokens. */
  default void draftVerified(int drafted, int accepted) {}

  /**
   * A search for the same request that repeats the answer so far, step by step, and continues from
   * there. A decoder that has lost its state is fed the same tokens again, because its scores may
   * differ in the last digits in another batch. A search that has handed out nothing may begin
   * anew.
   */
  Search restarted();

  /**
   * A step's outcome.
   *
   * @param parents for each row the row that it continues, counted from the search's first
   * @param tokens for each row its next token
   */
  record Choice(int[] parents, int[] tokens) {}

  /** Takes the ids of the first answer that have become certain since the last call. */
  int[] takeSettled();

  /**
   * Why the first answer ended; empty while the search continues. {@code STOP} only in a search
   * with several answers.
   */
  Optional<FinishReason> finishReason();

  /** Whether the model's logits were not finite before the end. */
  boolean hasNonFiniteLogits();

  /** Whether it takes no further token. */
  default boolean hasEnded() {
    return hasNonFiniteLogits() || finishReason().isPresent();
  }

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
