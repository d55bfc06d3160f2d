package io.l2s.benchmarks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.ModelMemory;
import io.l2s.model.TokenBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Loads a checkpoint, decodes 64 tokens after a prompt of 64, and prints the peak of the process's
 * memory above that of the same process with the engine started and no model. Linux only.
 *
 * <p>Arguments: the checkpoint's directory and a number format. Run it with {@code -Xms256m
 * -Xmx256m -XX:+AlwaysPreTouch}, so that the heap is there before.
 */
public final class PeakMemory {

  private static final int TOKENS = 64;
  private static final double KIB_PER_MIB = 1024;

  private PeakMemory() {}

  public static void main(String... arguments) {
    Path model = Path.of(arguments[0]);
    Precision precision = Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT));
    try (NativeRuntime runtime = NativeRuntime.start(false)) {
      runtime.call(() -> warmedUp(runtime));
      Sampler sampler = new Sampler();
      sampler.start();
      try (LlmEncoder llm =
          new ModelLoader(runtime, runtime.devices())
              .loadLlm(model, new ComponentOptions(DeviceSpec.CPU, precision))) {
        sampler.report("loaded");
        runtime.call(() -> decoded(runtime, llm));
        sampler.report("64 tokens after 64");
      }
      Checkpoint checkpoint = Checkpoint.open(model);
      ModelMemory memory =
          ModelFamilies.of(checkpoint.config()).memory(checkpoint, Device.cpu(), precision);
      double weights = memory.weights() / KIB_PER_MIB / KIB_PER_MIB;
      double cache = memory.keysAndValues(2L * TOKENS) / KIB_PER_MIB / KIB_PER_MIB;
      System.out.printf(
          Locale.ROOT,
          "weights in %s: %.0f MiB, keys and values: %.0f MiB, weights x 1.1 + both: %.0f MiB%n",
          precision,
          weights,
          cache,
          1.1 * weights + cache);
    }
  }

  private static float warmedUp(NativeRuntime runtime) {
    try (NDManager scope = runtime.newScope();
        NDArray one = scope.ones(new Shape(64, 64));
        NDArray product = one.matMul(one)) {
      return product.getFloat(0, 0);
    }
  }

  private static int decoded(NativeRuntime runtime, LlmEncoder llm) {
    TokenBatch prompt = TokenBatch.of(new Random(1).ints(TOKENS, 3, 500).toArray());
    int tokens = 0;
    try (NDManager scope = runtime.newScope();
        NDArray features = llm.encode(scope, prompt);
        DecoderState state = llm.decoder().orElseThrow().prefill(features, prompt)) {
      while (tokens < TOKENS) {
        tokens += state.decodeMany(1)[0].length;
      }
    }
    return tokens;
  }

  /** Reads the process's memory every two milliseconds and remembers the most. */
  private static final class Sampler extends Thread {

    private final Memory before = Memory.now();
    private volatile Memory most = before;

    Sampler() {
      super("memory");
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        while (true) {
          most = most.or(Memory.now());
          sleep(2);
        }
      } catch (InterruptedException e) {
        interrupt();
      }
    }

    void report(String what) {
      Memory now = Memory.now();
      most = most.or(now);
      System.out.printf(
          Locale.ROOT,
          "%s: private %.0f MiB at the peak, %.0f now; of files %.0f, %.0f; before: %.0f, %.0f%n",
          what,
          most.privateMib() - before.privateMib(),
          now.privateMib() - before.privateMib(),
          most.fileMib() - before.fileMib(),
          now.fileMib() - before.fileMib(),
          before.privateMib(),
          before.fileMib());
    }
  }

  /** {@code RssAnon} and {@code RssFile} of this process. */
  private record Memory(double privateMib, double fileMib) {

    static Memory now() {
      double anonymous = 0;
      double file = 0;
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith("RssAnon:")) {
            anonymous = mebibytes(line);
          } else if (line.startsWith("RssFile:")) {
            file = mebibytes(line);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Memory(anonymous, file);
    }

    private static double mebibytes(String line) {
      return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
    }

    Memory or(Memory other) {
      return new Memory(Math.max(privateMib, other.privateMib), Math.max(fileMib, other.fileMib));
    }
  }
}
