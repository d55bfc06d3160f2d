package io.l2s.model;

/**
 * Memory that a served model takes on its device.
 *
 * @param weights bytes of the weights in the number format that they run in
 * @param loading bytes that loading takes beside the weights at its peak
 * @param perToken bytes of keys and values for each token of a prompt and of its answer
 * @param mostTokens tokens of one sequence whose keys and values are kept; {@link
 *     Integer#MAX_VALUE} where the model sets no limit
 */
public record ModelMemory(long weights, long loading, long perToken, int mostTokens) {

  /**
   * Bytes of keys and values of sequences that hold {@code tokens} in all, with the room that a
   * cache keeps free.
   */
  public long keysAndValues(long tokens) {
    return perToken * (tokens + tokens / CacheColumns.SPARE_SHARE);
  }
}
