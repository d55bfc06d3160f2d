package io.l2s.cli;

import io.l2s.InvalidSettingException;
import io.l2s.training.TrainingOptions;
import io.l2s.training.TrainingOptions.Decay;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The schedule and the length of {@code train}. */
final class ScheduleOptions {

  @ArgGroup(multiplicity = "1")
  private Length length;

  /** When to stop. */
  private static final class Length {

    @Option(names = "--steps", paramLabel = "N", description = "Number of optimizer steps.")
    private @Nullable Integer steps;

    @Option(names = "--minutes", paramLabel = "N", description = "Minutes of training steps.")
    private @Nullable Double minutes;
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "128",
      description = "Pairs in a batch; 128 if not given.")
  private int batchSize;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description =
          "Most tokens of prompts and targets in a batch, padding included; no bound if not given.")
  private @Nullable Integer batchTokens;

  @Option(
      names = "--accumulation",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batches whose gradients make one step; 1 if not given.")
  private int accumulation;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Highest learning rate; 1e-3, with --scale-by-rms 2e-2, if not given.")
  private @Nullable Double learningRate;

  @Option(
      names = "--scale-by-rms",
      description =
          "Scale each tensor's step by its own root mean square; fresh T5 weights need it.")
  private boolean scaleByRms;

  @Option(
      names = "--warm-up",
      paramLabel = "SHARE",
      defaultValue = "0.04",
      description = "Share of the training with a rising rate; 0.04 if not given.")
  private double warmUp;

  @Option(
      names = "--decay",
      paramLabel = "cosine|linear|constant",
      defaultValue = "cosine",
      description = "How the rate falls to a fiftieth; cosine if not given.")
  private Decay decay;

  @Option(
      names = "--label-smoothing",
      paramLabel = "X",
      defaultValue = "0",
      description = "Share of probability spread over the vocabulary; 0 if not given.")
  private double labelSmoothing;

  @Option(
      names = "--dropout",
      paramLabel = "X",
      defaultValue = "0",
      description = "Share of the small model's activations that are dropped; 0 if not given.")
  private double dropout;

  @Option(
      names = "--clip",
      paramLabel = "X",
      defaultValue = "1",
      description = "Largest norm of all gradients together, 0 for none; 1 if not given.")
  private double clip;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Decoupled weight decay; 0.01, with --scale-by-rms 0, if not given.")
  private @Nullable Double weightDecay;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      defaultValue = "250",
      description = "Steps between validations; 250 if not given.")
  private int validateEvery;

  @Option(
      names = "--save-every",
      paramLabel = "MINUTES",
      defaultValue = "10",
      description = "Longest time in minutes between two savings of the state; 10 if not given.")
  private double saveEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes fresh weights, the order of batches and dropout; 1 if not given.")
  private long seed;

  /**
   * @throws io.l2s.InvalidSettingException naming the value that is out of bounds
   */
  TrainingOptions options() {
    TrainingOptions.Builder options =
        length.steps != null
            ? TrainingOptions.forSteps(length.steps)
            : TrainingOptions.forDuration(
                minutes("duration", Objects.requireNonNull(length.minutes)));
    if (scaleByRms) {
      options.scaleByRms();
    }
    if (learningRate != null) {
      options.learningRate(learningRate);
    }
    if (weightDecay != null) {
      options.weightDecay(weightDecay);
    }
    if (batchTokens != null) {
      options.batchTokens(batchTokens);
    }
    return options
        .batchSize(batchSize)
        .accumulation(accumulation)
        .warmUp(warmUp)
        .decay(decay)
        .labelSmoothing(labelSmoothing)
        .dropout(dropout)
        .clip(clip)
        .validateEvery(validateEvery)
        .saveEvery(minutes("saveEvery", saveEvery))
        .seed(seed)
        .build();
  }

  private static Duration minutes(String field, double number) {
    if (!(number > 0)) {
      throw new InvalidSettingException(field, "greater than 0", number);
    }
    return Duration.ofMillis(Math.round(number * 60_000));
  }
}
