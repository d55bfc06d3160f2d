package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.engine.Program;
import io.l2s.engine.TrainableWeights;
import io.l2s.engine.Weights;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableDecoder;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A T5 SLM in training; the same program that serves it, in float32. */
public final class T5Training implements TrainableDecoder {

  private final NativeRuntime runtime;
  private final T5Config config;
  private final Program program;
  private final TrainableWeights weights;

  private T5Training(NativeRuntime runtime, T5Config config, Program program) {
    this.runtime = runtime;
    this.config = config;
    this.program = program;
    this.weights = new TrainableWeights(runtime, program);
  }

  /**
   * Goes on from the weights of {@code checkpoint}.
   *
   * @param compute number format of the products, f32, bf16 or auto for what suits the processor;
   *     the weights stay float32
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static T5Training from(
      NativeRuntime runtime, Checkpoint checkpoint, Device device, Precision compute) {
    T5Config config = T5Config.read(checkpoint);
    Map<String, List<Long>> expected = T5Model.checked(checkpoint, config);
    T5Model.precision(checkpoint, device, Precision.F32);
    return runtime.open(
        () -> {
          Program program = program(config, checkpoint.eosTokenIds(), device, compute);
          T5Training training = new T5Training(runtime, config, program);
          try {
            Weights.put(program, checkpoint, expected.keySet(), Precision.F32, name -> true);
            expected.keySet().forEach(training.weights::adopt);
            program.run("ready");
            return training;
          } catch (RuntimeException e) {
            training.close();
            throw e;
          }
        });
  }

  private static Program program(
      T5Config config, List<Integer> eos, Device device, Precision compute) {
    return T5Model.program(config, eos, device, Precision.F32, compute(compute), Products.PLAIN);
  }

  /** The number format that {@code wanted} means for the products on this machine. */
  public static Precision compute(Precision wanted) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    return CpuFeatures.current().hasBf16() ? Precision.BF16 : Precision.F32;
  }

  /**
   * Starts with fresh weights, drawn as transformers' {@code T5PreTrainedModel} draws them.
   *
   * @param compute number format of the products, as in {@link #from}
   */
  public static T5Training fresh(
      NativeRuntime runtime,
      T5Config config,
      boolean ownHead,
      int eos,
      long seed,
      Device device,
      Precision compute) {
    return runtime.open(
        () -> {
          Program program = program(config, List.of(eos), device, compute);
          T5Training training = new T5Training(runtime, config, program);
          Random random = new Random(seed);
          T5Weights.expected(config, ownHead)
              .forEach((name, shape) -> training.draw(name, shape, random));
          program.run("ready");
          return training;
        });
  }

  private void draw(String name, List<Long> shape, Random random) {
    double deviation = T5Weights.initialDeviation(config, name);
    weights.draw(
        name,
        () -> deviation == 0 ? 1f : (float) (random.nextGaussian() * deviation),
        shape.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public Map<String, NDArray> parameters() {
    return weights.byName();
  }

  @Override
  public void freeze() {
    runtime.call(
        () -> {
          weights.freeze();
          return null;
        });
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public NDArray embed(NDManager scope, TokenBatch prompts) {
    return program.forward(ids(scope, prompts, 0));
  }

  @Override
  public NDArray loss(
      NDArray inputs, int[] lengths, TokenBatch targets, double labelSmoothing, double dropout) {
    NDManager scope = inputs.getManager();
    program.run("drop_out", dropout);
    NDArray mask =
        T5Model.mask(scope, lengths, inputs.getShape().get(1)).toDevice(program.device(), false);
    NDArray smoothing = scope.create((float) labelSmoothing);
    // Ids beyond a target's end become -100, which the loss leaves out.
    return program.forward(inputs, mask, ids(scope, targets, -100), smoothing);
  }

  private NDArray ids(NDManager scope, TokenBatch batch, int pad) {
    Shape shape = new Shape(batch.size(), batch.maxLength());
    return scope.create(batch.padded(pad), shape).toDevice(program.device(), false);
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths) {
    try (NDManager temporary = runtime.newScope()) {
      NDArray mask =
          T5Model.mask(temporary, lengths, inputs.getShape().get(1))
              .toDevice(program.device(), false);
      NDArray h = program.tensor(temporary, "encode", inputs, mask);
      return T5DecoderState.start(runtime, program, h, mask, lengths, config.startToken());
    }
  }

  @Override
  public void close() {
    runtime.release(
        () -> {
          program.close();
          weights.close();
        });
  }
}
