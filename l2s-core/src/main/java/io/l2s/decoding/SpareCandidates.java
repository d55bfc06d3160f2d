package io.l2s.decoding;

/**
 * Candidates that a search fetches to replace those that would complete a bad word; none without
 * bad words. Not thread-safe.
 */
final class SpareCandidates {

  private static final int FIRST = 16;
  private static final int GROWTH = 8;

  private final SearchSettings settings;
  private int spare;

  SpareCandidates(SearchSettings settings) {
    this.settings = settings;
    reset();
  }

  /** Returns to the number that most steps need. */
  void reset() {
    spare = settings.bansText() ? FIRST : 0;
  }

  /** Number of candidates to fetch where {@code wanted} are to remain. */
  int with(int wanted) {
    return Math.min(settings.vocabulary(), wanted + spare);
  }

  /**
   * Asks for more, after the bad words left too few of {@code fetched} candidates.
   *
   * @throws IllegalStateException if these were all tokens
   */
  void grow(int fetched) {
    if (fetched >= settings.vocabulary()) {
      throw new IllegalStateException(
          "the bad words leave no token to continue with, not even one without text; use fewer of"
              + " them");
    }
    spare = Math.min(settings.vocabulary(), GROWTH * spare);
  }
}
