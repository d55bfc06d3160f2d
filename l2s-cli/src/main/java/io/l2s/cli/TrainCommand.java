package io.l2s.cli;

import io.l2s.InvalidRequestException;
import io.l2s.assembly.Training;
import io.l2s.assembly.TrainingRequest;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.training.TrainingListener;
import io.l2s.training.TrainingOptions;
import io.l2s.training.TrainingProgress;
import io.l2s.training.TrainingState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s train}: trains a projector and an SLM under a frozen LLM, or an SLM alone. */
@Command(
    name = "train",
    description = {
      "Train a projector and a small model under a frozen large model, or without --llm the small "
          + "model alone.",
      "Writes a bundle (without --llm a checkpoint) whenever validation is better than before. "
          + "Ctrl-C saves the state; --resume goes on from it."
    },
    footer = {
      "%nExamples:",
      "  l2s train --llm models/llm --slm slm/config.json --data train.tsv.gz --dev dev.tsv.gz \\",
      "      --template 'translate English to German: {source}' --steps 6400 --batch-size 64 \\",
      "      --scale-by-rms --learning-rate 3e-2 --label-smoothing 0.1 --output models/en-de",
      "  l2s train --slm models/t5-small --data train.tsv --dev dev.tsv --minutes 30 --output out"
    })
final class TrainCommand implements Callable<Integer> {

  private static final int BAR_STEPS = 10_000;

  @Spec private CommandSpec command;

  @Option(
      names = "--llm",
      paramLabel = "DIR",
      description =
          "Checkpoint of the frozen large model; if not given the small one trains alone.")
  private Path llm;

  @Option(
      names = "--slm",
      paramLabel = "DIR|FILE",
      required = true,
      description = "Checkpoint to go on from, or a config.json to start with fresh weights.")
  private Path slm;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "Training pairs, source<TAB>target a line, compressed with gzip or not.")
  private Path data;

  @Option(
      names = "--dev",
      paramLabel = "FILE",
      required = true,
      description = "Validation pairs in the same form.")
  private Path dev;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "Prompt with {source} in it; the bare source if not given.")
  private String template;

  @Option(
      names = "--fusion",
      paramLabel = "add|replace",
      defaultValue = "add",
      description = "How projected features meet the small model's embeddings; add if not given.")
  private Fusion fusion;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "512",
      description = "Width of the projector's hidden layer; 512 if not given.")
  private int hidden;

  @Option(
      names = "--llm-precision",
      paramLabel = "auto|f32|bf16|int8",
      defaultValue = "f32",
      description = "Number format of the large model; f32 if not given.")
  private Precision llmPrecision;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Longest prompt and longest target in tokens, longer ones are refused; 512 if not given.")
  private int maxLength;

  @ArgGroup(multiplicity = "1")
  private Length length;

  /** When to stop. */
  private static final class Length {

    @Option(names = "--steps", paramLabel = "N", description = "Number of optimiser steps.")
    private Integer steps;

    @Option(names = "--minutes", paramLabel = "N", description = "Minutes of training steps.")
    private Double minutes;
  }

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Where the bundle or checkpoint goes, and the state for --resume.")
  private Path output;

  @Option(names = "--resume", description = "Go on from the state in --output.")
  private boolean resume;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "128",
      description = "Pairs in a batch; 128 if not given.")
  private int batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Highest learning rate; 1e-3, with --scale-by-rms 2e-2, if not given.")
  private Double learningRate;

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
      names = "--label-smoothing",
      paramLabel = "X",
      defaultValue = "0",
      description = "Share of probability spread over the vocabulary; 0 if not given.")
  private double labelSmoothing;

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
  private Double weightDecay;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      defaultValue = "250",
      description = "Steps between validations; 250 if not given.")
  private int validateEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes fresh weights and the order of batches; 1 if not given.")
  private long seed;

  @Option(
      names = "--bf16",
      description = "Write the trained weights as bfloat16, half the size; training stays float32.")
  private boolean bf16;

  @Mixin private Progress progress;

  @Override
  public Integer call() {
    checkCombination();
    TrainingRequest request =
        new TrainingRequest(
            Optional.ofNullable(llm),
            slm,
            data,
            dev,
            Optional.ofNullable(template),
            fusion,
            hidden,
            llmPrecision,
            maxLength,
            output,
            resume,
            bf16,
            checkedOptions());
    Optional<Path> occupied = resume ? Optional.empty() : Training.occupied(output);
    if (occupied.isPresent()) {
      throw usage(
          (occupied.get().equals(Training.stateFile(output))
                  ? output + " holds a training already; add --resume to go on, or name another"
                  : "a model lies in " + output + " already (" + occupied.get() + "); name another")
              + " --output");
    }
    PrintWriter err = command.commandLine().getErr();
    CountDownLatch ended = new CountDownLatch(1);
    try (NativeRuntime runtime = NativeRuntime.start(Boolean.getBoolean("l2s.natives.download"));
        ProgressBar bar = progress.bar("train", "", BAR_STEPS)) {
      Reporter reporter = new Reporter(bar, err);
      // Ctrl-C: the JVM waits for its hooks, and this one for the state to be saved.
      Thread hook = new Thread(() -> reporter.stop(ended), "l2s-train-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      L2sCli.haltOnSignal(false);
      try {
        TrainingState state = Training.run(runtime, request, reporter);
        command.commandLine().getOut().println(summary(state, output));
        // Before the hook lets the JVM go.
        command.commandLine().getOut().flush();
      } finally {
        L2sCli.haltOnSignal(true);
        ended.countDown();
        removeHook(hook);
      }
    }
    return 0;
  }

  static String summary(TrainingState state, Path output) {
    String done = state.step() + " steps in " + readable(state.elapsed());
    // Without a validation there was no best model to write.
    return state.bestLoss() < Double.POSITIVE_INFINITY
        ? String.format(
            Locale.ROOT,
            "%s, best validation loss %.4f, written to %s",
            done,
            state.bestLoss(),
            output)
        : done
            + ", before the first validation: no model is written; --resume goes on from "
            + Training.stateFile(output);
  }

  private void checkCombination() {
    if (hidden < 1) {
      throw usage("--hidden must be at least 1, but was " + hidden);
    }
    if (maxLength < 1) {
      throw usage("--max-length must be at least 1, but was " + maxLength);
    }
    if (length.minutes != null && !(length.minutes > 0)) {
      throw usage("--minutes must be greater than 0, but was " + length.minutes);
    }
    if (template != null && !template.contains(TrainingRequest.PLACEHOLDER)) {
      throw usage(
          "--template must be a text with "
              + TrainingRequest.PLACEHOLDER
              + " in it, but was "
              + template);
    }
    for (String option : List.of("--fusion", "--hidden", "--llm-precision")) {
      if (llm == null && command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw usage(option + " needs --llm; a small model alone has no projector");
      }
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private TrainingOptions checkedOptions() {
    try {
      return options();
    } catch (InvalidRequestException e) {
      throw usage(optionOf(e.field()) + " must be " + e.bound() + ", but was " + e.value());
    }
  }

  private static String optionOf(String field) {
    return "--" + field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook is what got us here.
    }
  }

  private TrainingOptions options() {
    TrainingOptions.Builder options =
        length.steps != null
            ? TrainingOptions.forSteps(length.steps)
            : TrainingOptions.forDuration(Duration.ofMillis(Math.round(length.minutes * 60_000)));
    if (scaleByRms) {
      options.scaleByRms();
    }
    if (learningRate != null) {
      options.learningRate(learningRate);
    }
    if (weightDecay != null) {
      options.weightDecay(weightDecay);
    }
    return options
        .batchSize(batchSize)
        .warmUp(warmUp)
        .labelSmoothing(labelSmoothing)
        .clip(clip)
        .validateEvery(validateEvery)
        .seed(seed)
        .build();
  }

  private static String readable(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /** Shows progress and passes Ctrl-C on. */
  private static final class Reporter implements TrainingListener {

    private final ProgressBar bar;
    private final PrintWriter err;
    private volatile boolean stopping;

    Reporter(ProgressBar bar, PrintWriter err) {
      this.bar = bar;
      this.err = err;
    }

    void stop(CountDownLatch ended) {
      stopping = true;
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onStep(TrainingProgress now) {
      bar.stepTo(Math.round(now.share() * BAR_STEPS));
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              "loss %.3f, %.0f pairs/s, %s left",
              now.loss(),
              now.pairsPerSecond(),
              readable(now.left())));
    }

    @Override
    public void onValidation(int step, double loss, boolean best) {
      err.printf(
          Locale.ROOT, "step %d: validation loss %.4f%s%n", step, loss, best ? ", best" : "");
      err.flush();
    }

    @Override
    public boolean stopRequested() {
      return stopping;
    }
  }
}
