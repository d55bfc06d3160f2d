package io.l2s.model;

/**
 * The columns of a cache of keys and values that all rows of a batch write at together. A window
 * leaves columns behind; some of these stay, so that tokens can be taken back. Immutable.
 *
 * @param first column of the earliest position 0 of any row, at least 0
 * @param next column that is written next
 * @param window positions before a query that any layer attends to, itself among them; {@link
 *     Integer#MAX_VALUE} where a layer attends to all
 */
record CacheColumns(int first, int next, int window) {

  /** Columns to have before any is used, and the least to have free after growing. */
  static final int FIRST_CAPACITY = 64;

  /** A cache that grows has this share of what it holds free, so that moving costs little. */
  static final int SPARE_SHARE = 4;

  /** Columns that a window has left behind and that stay. */
  private static final int REWINDABLE = 64;

  /** Columns of a sequence that stay under {@code window}. */
  static int kept(int window) {
    return window > Integer.MAX_VALUE - REWINDABLE ? Integer.MAX_VALUE : window + REWINDABLE;
  }

  /** Columns to have for {@code used} ones. */
  static int capacityFor(int used) {
    return Math.addExact(used, Math.max(FIRST_CAPACITY, used / SPARE_SHARE));
  }

  /** Rows to have for {@code used} ones. */
  static int rowsFor(int used) {
    return used + used / SPARE_SHARE;
  }

  /** First column that any row needs for its next input. */
  int low() {
    return Math.max(first, next + 1 - window);
  }

  /** First column that stays. */
  int firstKept() {
    return Math.max(first, low() - REWINDABLE);
  }

  /** Number of columns that stay. */
  int kept() {
    return next - firstKept();
  }

  /** Columns to have for those that stay and {@code more}. */
  int capacityWith(int more) {
    return capacityFor(kept() + more);
  }

  /** Tokens that can be taken back at a time, as far as keys and values are kept. */
  int mostTakenBack() {
    return window == Integer.MAX_VALUE ? Integer.MAX_VALUE : REWINDABLE;
  }

  /**
   * Whether a cache of {@code held} tokens has more than twice what its rows need.
   *
   * @param prompt longest prompt that a row attends to besides its columns
   */
  boolean isWasteful(long held, int rows, int prompt) {
    return rows > 0 && held > 2L * rows * (prompt + capacityWith(1));
  }
}
