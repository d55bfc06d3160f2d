package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A running batch: the KV cache and the last token of every sequence. Sequences may {@link #append}
 * and leave ({@link #reorder}) between any two calls. Native thread only; closing frees the cache.
 *
 * <p>A greedy batch calls {@link #decodeMany}; a search that chooses its tokens itself calls {@link
 * #decodeOne} and {@link #choose} in turn.
 */
public interface DecoderState extends AutoCloseable {

  /** In place of a token id: the row's logits were not finite. */
  int NOT_FINITE = -1;

  /** Number of sequences. */
  int size();

  /**
   * Decodes greedily {@code steps} further tokens of every sequence in one native call. A sequence
   * that has ended goes on producing ids of no meaning; the caller cuts at the first
   * end-of-sequence id.
   *
   * @param steps at least 1
   * @return one row a sequence, at most {@code steps} ids each, {@link #NOT_FINITE} where a row's
   *     logits were not; fewer only if every sequence has ended
   */
  int[][] decodeMany(int steps);

  /**
   * Feeds every sequence its last token. {@link #choose} must follow before the next step, unless
   * the state is closed; {@link #reorder} may come between, so that a search reorders first.
   *
   * @return logits of the token that comes next, {@code [size, vocabulary]}, float32
   */
  NDArray decodeOne(NDManager scope);

  /**
   * Says which tokens come next after a {@link #decodeOne}, one for each sequence.
   *
   * @param tokens ids in the vocabulary
   */
  void choose(int[] tokens);

  /**
   * Feeds a state of one sequence its last token and {@code draft} behind it in one pass, which
   * costs little more than one step. {@link #rewind} must follow, which says what of it stands.
   *
   * @param draft ids that may come next, at least one
   * @return logits {@code [draft + 1, vocabulary]}, float32: of what follows the last token and
   *     each of the draft
   */
  NDArray verify(NDManager scope, int[] draft);

  /**
   * Takes back the tokens that a state of one sequence was fed last, after {@link #decodeMany} or
   * {@link #verify}.
   *
   * @param tokens how many, from 0 to as many as that call fed
   * @param last the token that comes next, in place of the last one
   */
  void rewind(int tokens, int last);

  /**
   * Keeps the given rows, in the given order, and drops the others; a row may be named more than
   * once, as the beams of a search are. Rows that keep their place cost nothing.
   *
   * @param rows numbers of present rows, at least one
   */
  void reorder(int[] rows);

  /**
   * Takes over the sequences of {@code fresh}, behind its own, and closes it. If it throws, this
   * state is as before and {@code fresh} is closed.
   *
   * @param fresh a state of the same decoder that has decoded nothing yet
   */
  void append(DecoderState fresh);

  @Override
  void close();
}
