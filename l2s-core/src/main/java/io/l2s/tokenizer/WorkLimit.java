package io.l2s.tokenizer;

/**
 * How long a text may become on its way through the steps of a tokenizer, and how often they may
 * look at it, so that no file turns a short text into gigabytes or minutes. Not thread-safe.
 *
 * <p>Unicode's normal forms make at most 18 characters of one, and byte-level tokenizers 33 of
 * these.
 *
 * @param most characters
 * @param budget of all steps together
 */
record WorkLimit(String step, int length, long most, RegexBudget budget) {

  private static final int FACTOR = 64;
  private static final int ALLOWANCE = 1024;

  static WorkLimit of(String step, long length, RegexBudget budget) {
    return new WorkLimit(
        step, (int) Math.min(length, Integer.MAX_VALUE), FACTOR * length + ALLOWANCE, budget);
  }

  /**
   * @throws InvalidTokenizerException if {@code reached} exceeds the limit
   */
  void check(long reached) {
    if (reached > most) {
      throw new InvalidTokenizerException(
          step
              + " makes more than "
              + most
              + " characters of a text of "
              + length
              + "; use a tokenizer.json whose "
              + step
              + " lengthens texts less");
    }
  }

  /**
   * Counts a look of an expression at a character.
   *
   * @param path the expression's field
   * @throws InvalidTokenizerException if none is left
   */
  void look(String path) {
    if (!budget.take()) {
      throw tooSlow(path);
    }
  }

  /** The refusal of the expression in the field {@code path}. */
  InvalidTokenizerException tooSlow(String path) {
    return new InvalidTokenizerException(
        path
            + " takes too long for a text of "
            + length
            + " characters; use a tokenizer.json with simpler expressions or fewer of them");
  }
}
