package io.l2s.training;

import io.l2s.InvalidRequestException;
import java.time.Duration;
import java.util.Optional;

/**
 * How to train; every value is checked. Start from {@link #forSteps} or {@link #forDuration} and
 * change what differs with the {@code with…} methods.
 *
 * @param steps number of optimiser steps; 0 where {@code duration} ends the training
 * @param duration time of training steps; empty where {@code steps} ends the training
 * @param batchSize pairs in a batch, at least 1
 * @param learningRate highest learning rate; with {@code scaleByRms} relative to each tensor's RMS
 * @param scaleByRms whether each tensor's step is scaled by its own root mean square, which fresh
 *     T5 weights need
 * @param warmUp share of the training over which the rate rises from 0, 0 to below 1
 * @param labelSmoothing share of the probability spread over the vocabulary, 0 to below 1
 * @param clip largest norm of all gradients together; 0: no clipping
 * @param weightDecay decoupled weight decay
 * @param validateEvery steps between validations, at least 1
 * @param seed fixes fresh weights and the order of the batches
 */
public record TrainingOptions(
    int steps,
    Optional<Duration> duration,
    int batchSize,
    double learningRate,
    boolean scaleByRms,
    double warmUp,
    double labelSmoothing,
    double clip,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    int validateEvery,
    long seed) {

  public TrainingOptions {
    require(steps >= 0, "steps", "at least 0", steps);
    require(
        steps > 0 != duration.isPresent(),
        "steps or minutes",
        "given, one of the two",
        steps + " steps and " + duration);
    require(
        duration.map(d -> !d.isNegative() && !d.isZero()).orElse(true),
        "minutes",
        "greater than 0",
        duration);
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(
        learningRate > 0 && learningRate < 10, "learningRate", "between 0 and 10", learningRate);
    require(warmUp >= 0 && warmUp < 1, "warmUp", "at least 0 and below 1", warmUp);
    require(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        "at least 0 and below 1",
        labelSmoothing);
    require(clip >= 0, "clip", "at least 0", clip);
    require(weightDecay >= 0, "weightDecay", "at least 0", weightDecay);
    require(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
    require(epsilon > 0, "epsilon", "greater than 0", epsilon);
    require(validateEvery >= 1, "validateEvery", "at least 1", validateEvery);
  }

  private static void require(boolean holds, String field, String bound, Object value) {
    if (!holds) {
      throw new InvalidRequestException(field, bound, value);
    }
  }

  /** Trains for a number of steps with batches of 128 and the rate of a pre-trained model. */
  public static TrainingOptions forSteps(int steps) {
    require(steps >= 1, "steps", "at least 1", steps);
    return new TrainingOptions(
        steps, Optional.empty(), 128, 1e-3, false, 0.04, 0.0, 1.0, 0.01, 0.9, 0.999, 1e-8, 250, 1);
  }

  /** Trains for a time, otherwise as {@link #forSteps}. */
  public static TrainingOptions forDuration(Duration duration) {
    return new TrainingOptions(
        0, Optional.of(duration), 128, 1e-3, false, 0.04, 0.0, 1.0, 0.01, 0.9, 0.999, 1e-8, 250, 1);
  }

  public TrainingOptions withBatchSize(int value) {
    return new TrainingOptions(
        steps,
        duration,
        value,
        learningRate,
        scaleByRms,
        warmUp,
        labelSmoothing,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withLearningRate(double value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        value,
        scaleByRms,
        warmUp,
        labelSmoothing,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  /**
   * Scales each tensor's step by its own root mean square, with the moment decay and the absence of
   * weight decay that go with it.
   */
  public TrainingOptions withScaleByRms() {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        true,
        warmUp,
        labelSmoothing,
        clip,
        0.0,
        beta1,
        0.98,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withWarmUp(double value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        value,
        labelSmoothing,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withLabelSmoothing(double value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        warmUp,
        value,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withClip(double value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        warmUp,
        labelSmoothing,
        value,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withWeightDecay(double value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        warmUp,
        labelSmoothing,
        clip,
        value,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        seed);
  }

  public TrainingOptions withValidateEvery(int value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        warmUp,
        labelSmoothing,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        value,
        seed);
  }

  public TrainingOptions withSeed(long value) {
    return new TrainingOptions(
        steps,
        duration,
        batchSize,
        learningRate,
        scaleByRms,
        warmUp,
        labelSmoothing,
        clip,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        validateEvery,
        value);
  }

  /**
   * The learning rate after a share of the training: linear warm-up, then half a cosine down to a
   * fiftieth.
   *
   * @param progress share of the training that is done, 0 to 1
   */
  double learningRateAt(double progress) {
    double rise = warmUp == 0 ? 1 : Math.min(1, progress / warmUp + 1e-3);
    double fall = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
    return learningRate * rise * (0.98 * fall + 0.02);
  }
}
