package io.l2s.cli;

import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.assembly.ModelFamilies;
import io.l2s.engine.NativeRuntime;
import io.l2s.training.TrainingRequest;
import io.l2s.training.TrainingRun;
import io.l2s.training.TrainingState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s train}: trains a projector and an SLM under a frozen LLM, or only an SLM. */
@Command(
    name = "train",
    description = {
      "Train a projector and a small model under a frozen large model, or without --llm"
          + " only the small model.",
      "It writes a bundle (without --llm a checkpoint) whenever validation is better"
          + " than before. Ctrl-C saves the state; --resume continues from it."
    },
    footer = {
      "%nExamples:",
      "  l2s train --llm models/llm --slm slm/config.json \\",
      "      --data train.tsv.gz --dev dev.tsv.gz \\",
      "      --template 'translate English to German: {source}' \\",
      "      --steps 6400 --batch-size 64 --scale-by-rms --learning-rate 3e-2 \\",
      "      --label-smoothing 0.1 --output models/en-de",
      "  l2s train --slm models/t5-small --data train.tsv --dev dev.tsv \\",
      "      --minutes 30 --output out"
    })
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Mixin private ConditioningOptions conditioning;

  @Option(
      names = "--slm",
      paramLabel = "DIR|FILE",
      required = true,
      description = "Checkpoint to continue from, or a config.json to start with fresh weights.")
  private Path slm;

  @Mixin private TrainingDataOptions data;

  @Mixin private ScheduleOptions schedule;

  @Option(
      names = "--compute",
      paramLabel = "auto|f32|bf16",
      defaultValue = "auto",
      converter = ComputeFormat.class,
      description =
          "Number format of the small model's products; its weights stay float32. Default:"
              + " auto, which is bf16 where the processor has instructions for it, else f32.")
  private Precision compute;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory for the bundle or checkpoint, and for the state of --resume.")
  private Path output;

  @Option(names = "--resume", description = "Continue from the state in --output.")
  private boolean resume;

  @Option(
      names = "--bf16",
      description = "Write the trained weights as bfloat16, half the size; training stays float32.")
  private boolean bf16;

  @Mixin private Progress progress;

  @Mixin private ThreadSettings threads;

  @Override
  public Integer call() {
    TrainingRequest request = checkedRequest();
    Optional<Path> occupied = resume ? Optional.empty() : TrainingRun.occupied(output);
    if (occupied.isPresent()) {
      throw usage(
          (occupied.get().equals(TrainingRun.stateFile(output))
                  ? output + " holds a training already; add --resume to continue, or name another"
                  : "a model lies in " + output + " already (" + occupied.get() + "); name another")
              + " --output");
    }
    PrintWriter err = command.commandLine().getErr();
    CountDownLatch ended = new CountDownLatch(1);
    try (TrainingReporter reporter = new TrainingReporter(progress, err, this::draw)) {
      // After Ctrl-C the JVM waits for its hooks. This one waits until the state is saved and the
      // runtime closed, since native code that still ran would crash.
      Thread hook = new Thread(() -> reporter.stop(ended), "l2s-train-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      Signals.haltAtOnce(false);
      try {
        train(request, reporter);
      } finally {
        reporter.drawIfStarted();
        Signals.haltAtOnce(true);
        ended.countDown();
        removeHook(hook);
      }
    }
    return 0;
  }

  private void train(TrainingRequest request, TrainingReporter reporter) {
    try (NativeRuntime runtime = threads.start()) {
      TrainingState state = TrainingRun.run(runtime, ModelFamilies::of, request, reporter);
      command
          .commandLine()
          .getOut()
          .println(summary(state, state.progress(request.options()) < 1, output));
      // Flushed before the hook lets the JVM end.
      command.commandLine().getOut().flush();
    }
  }

  private void draw() {
    TrainingPlot.write(TrainingRun.logFile(output), new PlotFile(plotFile(output)));
  }

  /** Reads the formats that a small model can be trained in. */
  static final class ComputeFormat implements ITypeConverter<Precision> {

    private static final EnumNames<Precision> NAMES =
        new EnumNames<>(List.of(Precision.AUTO, Precision.F32, Precision.BF16));

    @Override
    public Precision convert(String value) {
      return NAMES.convert(value);
    }
  }

  /** Where the plot of the training's losses goes. */
  static Path plotFile(Path output) {
    return TrainingRun.logFile(output).resolveSibling("training.svg");
  }

  static String summary(TrainingState state, boolean stopped, Path output) {
    if (state.step() == 0) {
      return "stopped before the first step; start again, stored features are kept";
    }
    String done =
        (stopped ? "stopped after " : "")
            + state.step()
            + " steps in "
            + TrainingReporter.readable(state.elapsed());
    String best =
        state.bestLoss() < Double.POSITIVE_INFINITY
            ? String.format(
                Locale.ROOT, "best validation loss %.4f, written to %s", state.bestLoss(), output)
            : "before the first validation: no model is written";
    return done
        + ", "
        + best
        + (stopped ? "; --resume continues from " + TrainingRun.stateFile(output) : "");
  }

  private TrainingRequest checkedRequest() {
    for (String option : ConditioningOptions.NEED_LLM) {
      if (!conditioning.given()
          && command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw usage(option + " needs --llm; a small model alone has no projector");
      }
    }
    conditioning
        .contradiction()
        .ifPresent(
            problem -> {
              throw usage(problem);
            });
    try {
      return new TrainingRequest(
          conditioning.conditioning(),
          slm,
          compute,
          data.data(),
          output,
          resume ? TrainingRequest.Start.RESUME : TrainingRequest.Start.NEW,
          bf16 ? TrainingRequest.WeightFormat.BF16 : TrainingRequest.WeightFormat.F32,
          schedule.options());
    } catch (InvalidSettingException e) {
      throw usage(e.messageFor(new OptionNames(command)));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook is what got us here.
    }
  }
}
