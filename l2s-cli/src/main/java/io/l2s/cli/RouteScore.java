package io.l2s.cli;

import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How well and how fast one route answered a test set.
 *
 * @param parameters weights of the models that take part
 * @param quality a score for each metric, with its interval
 * @param latencies milliseconds from a sentence's admission to its answer, ascending; the sentences
 *     of a batch share its time
 * @param tokens generated tokens, end-of-sequence tokens included
 * @param elapsed from the first submission to the last answer
 * @param shares how the sentences' time went
 */
record RouteScore(
    Route route,
    long parameters,
    List<MetricScore> quality,
    List<Double> latencies,
    long tokens,
    Duration elapsed,
    Shares shares) {

  /** Parts of the time within the model, which sum up to 1. */
  record Shares(double encode, double prefill, double decode, double rest) {

    static Shares of(List<GenerationResult> results) {
      double total = sum(results, RouteScore::admitted);
      double encode = sum(results, Timings::encode) / total;
      double prefill = sum(results, Timings::prefill) / total;
      double decode = sum(results, Timings::decode) / total;
      return new Shares(encode, prefill, decode, Math.max(0, 1 - encode - prefill - decode));
    }

    private static double sum(List<GenerationResult> results, Function<Timings, Duration> part) {
      return results.stream().mapToDouble(each -> part.apply(each.timings()).toNanos()).sum();
    }
  }

  /** Time of one sentence without its wait in the queue. */
  static Duration admitted(Timings timings) {
    return timings.total().minus(timings.queued());
  }

  double millisecondsPerSentence() {
    return elapsed.toNanos() / 1e6 / latencies.size();
  }

  double tokensPerSecond() {
    return tokens / (elapsed.toNanos() / 1e9);
  }

  /**
   * The latency that a share of the sentences does not exceed.
   *
   * @param share above 0, at most 1
   */
  double latency(double share) {
    return latencies.get((int) Math.ceil(share * latencies.size()) - 1);
  }

  /** How many times faster than {@code other} a sentence is answered. */
  double speedUpOver(RouteScore other) {
    return other.millisecondsPerSentence() / millisecondsPerSentence();
  }
}
