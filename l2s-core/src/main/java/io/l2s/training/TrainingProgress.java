package io.l2s.training;

import java.time.Duration;

/**
 * Where a training stands.
 *
 * @param step steps done
 * @param share share of the training that is done, 0 to 1
 * @param shareBefore share that was done when this run began, below {@code share}
 * @param loss training loss of the last step, label smoothing included
 * @param learningRate learning rate of the last step
 * @param pairs pairs seen by this run
 * @param elapsed time of this run's training steps
 */
public record TrainingProgress(
    int step,
    double share,
    double shareBefore,
    double loss,
    double learningRate,
    long pairs,
    Duration elapsed) {

  public double pairsPerSecond() {
    return elapsed.isZero() ? 0 : pairs / (elapsed.toNanos() / 1e9);
  }

  /** Estimated time of the steps to come. */
  public Duration left() {
    return Duration.ofMillis((long) (elapsed.toMillis() * (1 - share) / (share - shareBefore)));
  }
}
