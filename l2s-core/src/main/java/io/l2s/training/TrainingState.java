package io.l2s.training;

import java.time.Duration;

/**
 * Where a training stands between two steps.
 *
 * @param step steps done
 * @param elapsed time of all steps, those before a resume included
 * @param bestLoss lowest validation loss so far; infinite before the first validation
 */
public record TrainingState(int step, Duration elapsed, double bestLoss) {

  /** Nothing is done yet. */
  public static final TrainingState NEW =
      new TrainingState(0, Duration.ZERO, Double.POSITIVE_INFINITY);

  /** The share of a training by {@code options} that is done; 1 or more at its end. */
  public double progress(TrainingOptions options) {
    return options
        .duration()
        .map(total -> (double) elapsed.toNanos() / total.toNanos())
        .orElseGet(() -> (double) step / options.steps());
  }

  TrainingState after(Duration stepTime) {
    return new TrainingState(step + 1, elapsed.plus(stepTime), bestLoss);
  }

  TrainingState withBestLoss(double loss) {
    return new TrainingState(step, elapsed, loss);
  }
}
