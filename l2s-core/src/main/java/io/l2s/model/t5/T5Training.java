package io.l2s.model.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.TrainableWeights;
import io.l2s.model.Loading;
import io.l2s.model.MatmulKernel;
import io.l2s.model.NumberFormat;
import io.l2s.model.Placement;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.model.TrainableSlm;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A T5 SLM in training; the same program that serves it, in float32. */
final class T5Training implements TrainableSlm {

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
   * Continues from the weights of a checkpoint.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static T5Training from(Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Placement on = from.on();
    T5Config config = T5Config.read(checkpoint);
    WeightTable table = new WeightTable(T5Weights.of(checkpoint, config));
    table.check(checkpoint);
    NumberFormat.serving(checkpoint, on.device(), Precision.F32);
    return on.runtime()
        .open(
            () -> {
              Program program = program(config, checkpoint.eosTokenIds(), on);
              T5Training training = new T5Training(on.runtime(), config, program);
              try {
                table.put(program, checkpoint, Precision.F32);
                table.required().map(WeightSpec::name).forEach(training.weights::adopt);
                T5Model.ready(program, table, config);
                return training;
              } catch (RuntimeException e) {
                training.close();
                throw e;
              }
            });
  }

  private static Program program(T5Config config, List<Integer> eos, Placement on) {
    Precision compute = NumberFormat.training(on.precision());
    return T5Model.program(config, eos, on.device(), Precision.F32, compute, MatmulKernel.PLAIN);
  }

  /** Starts with fresh weights, drawn as transformers' {@code T5PreTrainedModel} draws them. */
  static T5Training fresh(T5Config config, boolean ownHead, int eos, long seed, Placement on) {
    return on.runtime()
        .open(
            () -> {
              Program program = program(config, List.of(eos), on);
              T5Training training = new T5Training(on.runtime(), config, program);
              Random random = new Random(seed);
              WeightTable table = new WeightTable(T5Weights.of(config, ownHead));
              table.required().forEach(spec -> training.draw(spec, random));
              T5Model.ready(program, table, config);
              return training;
            });
  }

  private void draw(WeightSpec spec, Random random) {
    double deviation = spec.initialDeviation();
    weights.draw(
        spec.name(),
        () -> deviation == 0 ? 1f : (float) (random.nextGaussian() * deviation),
        spec.shape().stream().mapToLong(Long::longValue).toArray());
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
  public TokenEmbedder embeddings() {
    return new TokenEmbedder() {
      @Override
      public int width() {
        return config.width();
      }

      @Override
      public NDArray embed(NDManager scope, TokenBatch prompts) {
        return program.forward(T5Training.this.ids(scope, prompts, 0));
      }
    };
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
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
  public void close() {
    runtime.release(
        () -> {
          program.close();
          weights.close();
        });
  }
}
