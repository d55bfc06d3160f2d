package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * A running batch: the KV cache and the pending next input of every sequence. Right after prefill
 * that is the start token of an encoder-decoder, or what a decoder-only model made of its prompt's
 * end; later it is the last token. Sequences may {@link #append} and leave ({@link #reorder})
 * between any two calls. Native thread only; closing frees the cache.
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
   * that has ended continues with ids of no meaning; the caller cuts at the first end-of-sequence
   * id.
   *
   * @param steps at least 1
   * @return one row a sequence, at most {@code steps} ids each, {@link #NOT_FINITE} where a row's
   *     logits were not; fewer only if every sequence has ended
   * @throws IllegalStateException between {@link #decodeOne} and {@link #choose}
   */
  int[][] decodeMany(int steps);

  /**
   * Feeds every sequence its pending input. {@link #choose} must follow before the next step,
   * unless the state is closed; {@link #reorder} may come between, so that a search reorders first.
   *
   * @return logits of the token that comes next, {@code [size, vocabulary]}, float32
   */
  NDArray decodeOne(NDManager scope);

  /**
   * Says which tokens come next after a {@link #decodeOne}, one for each sequence.
   *
   * @param tokens ids in the vocabulary
   * @throws IllegalStateException if no step awaits a choice, or for another number of rows
   */
  void choose(int[] tokens);

  /**
   * Keeps the given rows, in the given order, and drops the others; a row may be named more than
   * once, as the beams of a search are. Rows that keep their place cost nothing.
   *
   * @param rows numbers of present rows, at least one
   * @throws IllegalArgumentException if there is none
   * @throws IndexOutOfBoundsException if there is no such row
   */
  void reorder(int[] rows);

  /**
   * Takes over the sequences of {@code fresh}, behind its own, and closes it. If it throws, this
   * state is as before and {@code fresh} is closed.
   *
   * @param fresh a state of the same decoder that has decoded nothing yet
   * @throws IllegalArgumentException if {@code fresh} is another decoder's or has decoded already
   * @throws IllegalStateException between {@link #decodeOne} and {@link #choose}
   */
  void append(DecoderState fresh);

  /** This state as one that speculation can use; empty where it cannot take tokens back. */
  default Optional<RewindableState> asRewindable() {
    return Optional.empty();
  }

  @Override
  void close();
}
