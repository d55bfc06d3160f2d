package io.l2s.training;

import io.l2s.InvalidSettingException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How to train; every value is checked. Start from {@link #forSteps} or {@link #forDuration}.
 *
 * @param steps number of optimizer steps; 0 where {@code duration} ends the training
 * @param duration time of training steps, at most a year; empty where {@code steps} ends the
 *     training
 * @param batchSize pairs in a batch, at least 1; the most where {@code batchTokens} bounds it, too
 * @param batchTokens most tokens of prompts and targets in a batch, padding included, at least 1; a
 *     pair that is longer makes a batch by itself; empty: no bound but {@code batchSize}
 * @param accumulation batches whose gradients make one step, at least 1
 * @param learningRate highest learning rate; with {@code scaleByRms} relative to each tensor's RMS
 * @param scaleByRms whether each tensor's step is scaled by its own root mean square, which fresh
 *     T5 weights need
 * @param warmUp share of the training over which the rate rises from 0, 0 to below 1
 * @param decay how the rate falls
 * @param labelSmoothing share of the probability spread over the vocabulary, 0 to below 1
 * @param dropout share of activations that the SLM drops, where transformers drops them, 0 to below
 *     1
 * @param clip largest norm of all gradients together; 0: no clipping
 * @param weightDecay decoupled weight decay
 * @param validateEvery steps between validations, at least 1
 * @param saveEvery longest time of training steps between two writings of the state, greater than 0
 * @param seed fixes fresh weights, the order of the batches and what is dropped
 */
public record TrainingOptions(
    int steps,
    Optional<Duration> duration,
    int batchSize,
    OptionalInt batchTokens,
    int accumulation,
    double learningRate,
    boolean scaleByRms,
    double warmUp,
    Decay decay,
    double labelSmoothing,
    double dropout,
    double clip,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    int validateEvery,
    Duration saveEvery,
    long seed) {

  /** Rate of the last step, as a share of the highest. */
  private static final double LAST_RATE = 0.02;

  /** Rate of the first step of a warm-up, as a share of the highest. */
  private static final double FIRST_RATE = 1e-3;

  /** Separates the random numbers of one seed from those of the next. */
  private static final long SEED_STRIDE = 1_000_003L;

  /** How the learning rate falls from its highest to a fiftieth of it. */
  public enum Decay {
    /** Along half a cosine. */
    COSINE,
    /** Along a line. */
    LINEAR,
    /** It does not fall. */
    CONSTANT
  }

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final String LENGTH_BOUND =
      "greater than 0 and at most " + LONGEST.toMinutes() + " minutes";

  public TrainingOptions {
    require(steps >= 0, "steps", "at least 0", steps);
    require(
        steps > 0 != duration.isPresent(),
        "steps",
        "0 with a duration and at least 1 without one",
        steps);
    require(
        duration.map(TrainingOptions::isLength).orElse(true),
        "duration",
        LENGTH_BOUND,
        duration.map(TrainingOptions::minutes).orElse(null));
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(
        batchTokens.isEmpty() || batchTokens.getAsInt() >= 1,
        "batchTokens",
        "at least 1",
        batchTokens.orElse(0));
    require(accumulation >= 1, "accumulation", "at least 1", accumulation);
    require(
        learningRate > 0 && learningRate < 10,
        "learningRate",
        "above 0 and below 10",
        learningRate);
    require(warmUp >= 0 && warmUp < 1, "warmUp", "at least 0 and below 1", warmUp);
    require(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        "at least 0 and below 1",
        labelSmoothing);
    require(dropout >= 0 && dropout < 1, "dropout", "at least 0 and below 1", dropout);
    require(clip >= 0, "clip", "at least 0", clip);
    require(weightDecay >= 0, "weightDecay", "at least 0", weightDecay);
    require(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
    require(epsilon > 0, "epsilon", "greater than 0", epsilon);
    require(validateEvery >= 1, "validateEvery", "at least 1", validateEvery);
    require(isLength(saveEvery), "saveEvery", LENGTH_BOUND, minutes(saveEvery));
  }

  private static String minutes(Duration length) {
    return length.toMillis() / 60_000.0 + " minutes";
  }

  private static boolean isLength(Duration length) {
    return !length.isNegative() && !length.isZero() && length.compareTo(LONGEST) <= 0;
  }

  private static void require(boolean holds, String field, String bound, @Nullable Object value) {
    if (!holds) {
      throw new InvalidSettingException(field, bound, value);
    }
  }

  /** Options that end after a number of optimizer steps. */
  public static Builder forSteps(int steps) {
    require(steps >= 1, "steps", "at least 1", steps);
    return new Builder(steps, Optional.empty());
  }

  /** Options that end after a time of training steps. */
  public static Builder forDuration(Duration duration) {
    return new Builder(0, Optional.of(duration));
  }

  /** The seed of an epoch or a step. */
  long seedOf(int number) {
    return seed * SEED_STRIDE + number;
  }

  /**
   * The learning rate after a share of the training: linear warm-up, times the decay, which begins
   * with the training.
   *
   * @param progress share of the training that is done, 0 to 1
   */
  double learningRateAt(double progress) {
    double rise = warmUp == 0 ? 1 : Math.min(1, progress / warmUp + FIRST_RATE);
    double done = Math.min(1, progress);
    double fall =
        switch (decay) {
          case COSINE -> 0.5 * (1 + Math.cos(Math.PI * done));
          case LINEAR -> 1 - done;
          case CONSTANT -> 1;
        };
    return learningRate * rise * ((1 - LAST_RATE) * fall + LAST_RATE);
  }

  /** Gathers options; what is not set suits a pre-trained SLM. */
  public static final class Builder {

    private final int steps;
    private final Optional<Duration> duration;
    private int batchSize = 128;
    private OptionalInt batchTokens = OptionalInt.empty();
    private int accumulation = 1;
    private double learningRate = 1e-3;
    private boolean scaleByRms;
    private double warmUp = 0.04;
    private Decay decay = Decay.COSINE;
    private double labelSmoothing;
    private double dropout;
    private double clip = 1;
    private double weightDecay = 0.01;
    private double beta2 = 0.999;
    private int validateEvery = 250;
    private Duration saveEvery = Duration.ofMinutes(10);
    private long seed = 1;

    private Builder(int steps, Optional<Duration> duration) {
      this.steps = steps;
      this.duration = duration;
    }

    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    public Builder batchTokens(int value) {
      batchTokens = OptionalInt.of(value);
      return this;
    }

    public Builder accumulation(int value) {
      accumulation = value;
      return this;
    }

    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /**
     * Scales each tensor's step by its own root mean square, with the rate, the moment decay and
     * the absence of weight decay that go with it; set those after it where they are to differ.
     */
    public Builder scaleByRms() {
      scaleByRms = true;
      learningRate = 2e-2;
      weightDecay = 0;
      beta2 = 0.98;
      return this;
    }

    public Builder warmUp(double value) {
      warmUp = value;
      return this;
    }

    public Builder decay(Decay value) {
      decay = value;
      return this;
    }

    public Builder labelSmoothing(double value) {
      labelSmoothing = value;
      return this;
    }

    public Builder dropout(double value) {
      dropout = value;
      return this;
    }

    public Builder clip(double value) {
      clip = value;
      return this;
    }

    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    public Builder validateEvery(int value) {
      validateEvery = value;
      return this;
    }

    public Builder saveEvery(Duration value) {
      saveEvery = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws InvalidSettingException naming the value that is out of bounds
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          steps,
          duration,
          batchSize,
          batchTokens,
          accumulation,
          learningRate,
          scaleByRms,
          warmUp,
          decay,
          labelSmoothing,
          dropout,
          clip,
          weightDecay,
          0.9,
          beta2,
          1e-8,
          validateEvery,
          saveEvery,
          seed);
    }
  }
}
