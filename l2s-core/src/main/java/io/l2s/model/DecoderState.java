package io.l2s.model;

/**
 * A running batch: the KV cache and the last token of every sequence. Native thread only; closing
 * frees the cache.
 */
public interface DecoderState extends AutoCloseable {

  /** In place of a token id: the row's logits were not finite. */
  int NOT_FINITE = -1;

  /** Number of sequences. */
  int size();

  /**
   * Decodes greedily {@code steps} further tokens of every sequence in one native call. A sequence
   * that has ended goes on producing ids of no meaning; the caller cuts at the first
   * end-of-sequence id, and keeps the steps asked for within the {@code maxNewTokens} of the
   * prefill.
   *
   * @return one row a sequence, at most {@code steps} ids each, {@link #NOT_FINITE} where a row's
   *     logits were not; fewer only if every sequence has ended
   */
  int[][] decode(int steps);

  /** Keeps the given rows, in the given order, and drops the others. */
  void keep(int[] rows);

  @Override
  void close();
}
