package io.l2s.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.Fusion;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorTraining;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s benchmark}: times the stages of decoding on random prompts of a fixed length. */
@Command(
    name = "benchmark",
    description = {
      "Time encoding, prefill and decoding of a checkpoint, alone and with a small model behind it.",
      "Prompts are random ids, so checkpoints with random weights do as well as trained ones; with "
          + "--slm the projector has random weights, too. Medians over --runs after one warm-up, "
          + "with the smallest and the largest run."
    },
    footer = {
      "%nExamples:",
      "  l2s benchmark --llm t5-small --batch 1,8",
      "  l2s benchmark --llm t5-large --slm t5-small --precision f32 --runs 5"
    })
final class BenchmarkCommand implements Callable<Integer> {

  private static final int STEPS_PER_CALL = 8;
  private static final int HIDDEN = 512;

  @Spec private CommandSpec command;

  @Option(
      names = "--llm",
      paramLabel = "DIR",
      required = true,
      description = "Checkpoint of the large model.")
  private Path llm;

  @Option(
      names = "--slm",
      paramLabel = "DIR",
      description = "Checkpoint of the small model; adds the hybrid route.")
  private Path slm;

  @Option(
      names = "--prompt-length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of a prompt; 64 if not given.")
  private int promptLength;

  @Option(
      names = "--output-length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens to decode; 64 if not given.")
  private int outputLength;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "Batch sizes; 1,8 if not given.")
  private List<Integer> batches;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs; 5 if not given.")
  private int runs;

  @Mixin private ModelOptions options;

  /** Milliseconds of one run. */
  private record Run(double encode, double prefill, double decode) {

    double total() {
      return encode + prefill + decode;
    }
  }

  /** What conditions a decoder, made of H. */
  private interface Condition {
    NDArray of(NDManager scope, NDArray features, TokenBatch prompts);
  }

  @Override
  public Integer call() {
    check("--prompt-length", promptLength);
    check("--output-length", outputLength);
    check("--runs", runs);
    batches.forEach(size -> check("--batch", size));
    try (NativeRuntime runtime = NativeRuntime.start(Boolean.getBoolean("l2s.natives.download"))) {
      ModelLoader loader = new ModelLoader(runtime, runtime.devices());
      try (Encoder encoder = loader.loadLlm(llm, options.component())) {
        header(runtime);
        Decoder own = encoder.decoder().orElseThrow();
        batches.forEach(
            size -> measure(runtime, "llm-only", size, encoder, own, (scope, h, prompts) -> h));
        if (slm != null) {
          measureHybrid(runtime, loader, encoder);
        }
      }
    }
    return 0;
  }

  private void measureHybrid(NativeRuntime runtime, ModelLoader loader, Encoder encoder) {
    try (Decoder decoder = loader.loadSlm(slm, options.component());
        Projector projector =
            ProjectorTraining.fresh(
                runtime, encoder.width(), HIDDEN, decoder.width(), 1, Device.cpu())) {
      for (int size : batches) {
        measure(
            runtime,
            "hybrid",
            size,
            encoder,
            decoder,
            (scope, h, prompts) ->
                PromptFuser.fuse(scope, projector, decoder, Fusion.ADD, h, prompts));
      }
    }
  }

  private void check(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), option + " must be at least 1, but was " + value);
    }
  }

  private void header(NativeRuntime runtime) {
    Device device = options.device().resolve(runtime.devices());
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        "%s on %s, %d cores; prompts of %d tokens, %d tokens decoded, median of %d (min-max), ms%n",
        EnumNames.of(
            new ModelLoader(runtime, runtime.devices()).precision(llm, options.component())),
        device,
        Runtime.getRuntime().availableProcessors(),
        promptLength,
        outputLength,
        runs);
    out.printf(
        "%-9s %5s %20s %20s %20s %22s %8s%n",
        "route", "batch", "encode", "prefill", "per step", "total", "tok/s");
    out.flush();
  }

  private void measure(
      NativeRuntime runtime,
      String route,
      int size,
      Encoder encoder,
      Decoder decoder,
      Condition condition) {
    List<Run> measured = new ArrayList<>();
    for (int run = 0; run <= runs; run++) {
      TokenBatch prompts = randomPrompts(size, decoder.vocabularySize(), run);
      Run timed = runtime.call(() -> once(runtime, encoder, decoder, condition, prompts));
      if (run > 0) {
        measured.add(timed);
      }
    }
    double total = median(measured, Run::total);
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-9s %5d %20s %20s %20s %22s %8.0f%n",
        route,
        size,
        spread(measured, Run::encode),
        spread(measured, Run::prefill),
        spread(measured, run -> run.decode() / outputLength),
        spread(measured, Run::total),
        size * outputLength / total * 1000);
    out.flush();
  }

  private Run once(
      NativeRuntime runtime,
      Encoder encoder,
      Decoder decoder,
      Condition condition,
      TokenBatch prompts) {
    try (NDManager scope = runtime.newScope()) {
      long start = System.nanoTime();
      NDArray h = encoder.encode(scope, prompts);
      long encoded = System.nanoTime();
      NDArray inputs = condition.of(scope, h, prompts);
      try (DecoderState state = decoder.prefill(inputs, prompts.lengths())) {
        long prefilled = System.nanoTime();
        int made = 0;
        while (made < outputLength) {
          made += state.decode(Math.min(STEPS_PER_CALL, outputLength - made))[0].length;
        }
        long decoded = System.nanoTime();
        return new Run(
            (encoded - start) / 1e6, (prefilled - encoded) / 1e6, (decoded - prefilled) / 1e6);
      }
    }
  }

  private TokenBatch randomPrompts(int size, int vocabulary, int seed) {
    Random random = new Random(seed);
    int special = Math.min(3, vocabulary - 1);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < size; row++) {
      rows.add(random.ints(promptLength, special, vocabulary).toArray());
    }
    return new TokenBatch(rows);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> what) {
    double[] values = runs.stream().mapToDouble(what).sorted().toArray();
    return values[values.length / 2];
  }

  private static String spread(List<Run> runs, ToDoubleFunction<Run> what) {
    double[] values = runs.stream().mapToDouble(what).toArray();
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f-%.2f)",
        median(runs, what),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }
}
