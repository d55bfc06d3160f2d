package io.l2s.tokenizer;

/**
 * How long a text may become on its way through the steps of a tokenizer, so that no file turns a
 * short text into gigabytes.
 *
 * <p>Unicode's normal forms make at most 18 characters of one, and byte-level tokenizers 33 of
 * these.
 *
 * @param most characters
 */
record WorkLimit(String step, int length, long most) {

  private static final int FACTOR = 64;
  private static final int ALLOWANCE = 1024;

  static WorkLimit of(String step, long length) {
    return new WorkLimit(
        step, (int) Math.min(length, Integer.MAX_VALUE), FACTOR * length + ALLOWANCE);
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
}
