package io.l2s.tokenizer;

/**
 * How often the expressions of a tokenizer may still look at a character while one text is read or
 * written. The time of an expression may grow as a power of the text, so all steps share this
 * budget. Not thread-safe.
 */
final class RegexBudget {

  private static final long PER_CHARACTER = 2_000;
  private static final long ALLOWANCE = 1_000_000;

  private long left;

  /**
   * @param length characters of the text
   */
  RegexBudget(long length) {
    this.left = ALLOWANCE + PER_CHARACTER * length;
  }

  /** Counts one; false where none was left. */
  boolean take() {
    return --left >= 0;
  }
}
