package io.l2s.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Encoding a prompt, prefill with eight steps, and a step that a search makes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBenchmark {

  /** Checkpoint directory; {@code -p model=DIR}. */
  @Param("l2s-core/src/test/resources/fixtures/t5-llm")
  private String model;

  @Param({"F32", "INT8"})
  private Precision precision;

  @Param({"1", "8"})
  private int batch;

  @Param("32")
  private int promptLength;

  private NativeRuntime runtime;
  private LlmEncoder llm;
  private TokenBatch prompts;
  private NDManager scope;
  private NDArray features;

  @Setup
  public void load() {
    runtime = NativeRuntime.start(false);
    llm =
        new ModelLoader(runtime, runtime.devices())
            .loadLlm(Path.of(model), new ComponentOptions(DeviceSpec.CPU, precision));
    Random random = new Random(1);
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      rows.add(random.ints(promptLength, 3, 500).toArray());
    }
    prompts = new TokenBatch(rows);
    scope = runtime.call(runtime::newScope);
    features = runtime.call(() -> llm.encode(scope, prompts));
  }

  @TearDown
  public void close() {
    runtime.call(
        () -> {
          scope.close();
          return null;
        });
    llm.close();
    runtime.close();
  }

  @Benchmark
  public float encode() {
    return runtime.call(
        () -> {
          try (NDManager own = runtime.newScope()) {
            return llm.encode(own, prompts).getFloat(0, 0, 0);
          }
        });
  }

  @Benchmark
  public int[][] prefillAndEightSteps() {
    return runtime.call(
        () -> {
          try (DecoderState state = prefill()) {
            return state.decodeMany(8);
          }
        });
  }

  @Benchmark
  public float prefillAndOneSearchStep() {
    return runtime.call(
        () -> {
          try (NDManager own = runtime.newScope();
              DecoderState state = prefill()) {
            return state.decodeOne(own).getFloat(0, 0);
          }
        });
  }

  private DecoderState prefill() {
    return llm.decoder().orElseThrow().prefill(features, prompts);
  }
}
