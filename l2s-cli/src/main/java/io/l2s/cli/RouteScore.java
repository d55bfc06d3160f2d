package io.l2s.cli;

import io.l2s.Route;
import java.time.Duration;

/**
 * How well and how fast one route answered a test set.
 *
 * @param bleu 0 to 100
 * @param chrf 0 to 100
 * @param sentences answers
 * @param tokens generated tokens, end-of-sequence tokens included
 * @param elapsed from the first submission to the last answer
 */
record RouteScore(
    Route route, double bleu, double chrf, int sentences, long tokens, Duration elapsed) {

  double millisecondsPerSentence() {
    return elapsed.toNanos() / 1e6 / sentences;
  }

  double tokensPerSecond() {
    return tokens / (elapsed.toNanos() / 1e9);
  }

  /** How many times faster than {@code other} a sentence is answered. */
  double speedUpOver(RouteScore other) {
    return other.millisecondsPerSentence() / millisecondsPerSentence();
  }
}
