package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.TrainableWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Predicate;

/**
 * An SLM in training: the program that serves it, with float32 weights that take gradients. The
 * program's {@code forward} embeds ids, and gives the loss of targets.
 */
final class TrainableProgram implements TrainableSlm {

  private final NativeRuntime runtime;

  /** Stands for an id beyond a target's end, which the loss leaves out. */
  private static final int NO_TARGET = -100;

  private final ModelProgram model;
  private final ModelShape shape;
  private final Program program;
  private final TrainableWeights weights;

  private TrainableProgram(
      NativeRuntime runtime, ModelProgram model, ModelShape shape, Program program) {
    this.runtime = runtime;
    this.model = model;
    this.shape = shape;
    this.program = program;
    this.weights = new TrainableWeights(runtime, program);
  }

  /**
   * Continues from the weights of a checkpoint.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static TrainableProgram resume(ModelProgram model, ModelShape shape, Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Placement on = from.on();
    model.weights().check(checkpoint);
    if (StoredInt8.isIn(checkpoint.config())) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8, which cannot be trained; choose the checkpoint that this"
              + " one was made of");
    }
    return opened(
        model,
        shape,
        on,
        training -> {
          model.weights().put(training.program, checkpoint, Precision.F32);
          model.weights().required().forEach(training::adopt);
          checkpoint.requireUnchanged();
        });
  }

  /**
   * Starts with fresh weights, drawn as the weight table says.
   *
   * @param pad the id whose row starts with zeros in tables that have a row for each id
   */
  public static TrainableProgram fresh(
      ModelProgram model, ModelShape shape, long seed, Placement on, OptionalInt pad) {
    Random random = new Random(seed);
    return opened(
        model,
        shape,
        on,
        training -> model.weights().required().forEach(spec -> training.draw(spec, random, pad)));
  }

  private interface Filling {
    void of(TrainableProgram training);
  }

  private static TrainableProgram opened(
      ModelProgram model, ModelShape shape, Placement on, Filling filling) {
    Precision compute = PrecisionChoice.training(on.precision());
    return on.runtime()
        .open(
            () -> {
              Program program = model.empty(on.device(), compute, MatmulKernel.PLAIN);
              TrainableProgram training = new TrainableProgram(on.runtime(), model, shape, program);
              try {
                filling.of(training);
                model.makeReady(program);
                return training;
              } catch (RuntimeException e) {
                training.close();
                throw e;
              }
            });
  }

  private void adopt(WeightSpec spec) {
    if (spec.trained()) {
      weights.adopt(spec.name());
    } else {
      weights.keep(spec.name());
    }
  }

  private void draw(WeightSpec spec, Random random, OptionalInt pad) {
    double deviation = spec.initialDeviation();
    float constant = spec.kind() == WeightSpec.Kind.NORM ? 1 : 0;
    boolean ofIds =
        spec.kind() == WeightSpec.Kind.TABLE && spec.shape().get(0) == shape.vocabularySize();
    long padRow = ofIds && pad.isPresent() ? pad.getAsInt() : -1;
    long[] drawn = {0};
    weights.draw(
        spec.name(),
        () -> {
          float value = deviation == 0 ? constant : (float) (random.nextGaussian() * deviation);
          return drawn[0]++ / shape.width() == padRow ? 0 : value;
        },
        spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public Map<String, NDArray> parameters() {
    return stored(WeightSpec::trained);
  }

  @Override
  public Map<String, NDArray> tensors() {
    return stored(spec -> true);
  }

  private Map<String, NDArray> stored(Predicate<WeightSpec> wanted) {
    Map<String, NDArray> byName = weights.byName();
    Map<String, NDArray> stored = new LinkedHashMap<>();
    model
        .weights()
        .required()
        .filter(wanted)
        .forEach(spec -> stored.put(spec.stored(), byName.get(spec.name())));
    return stored;
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
        return shape.width();
      }

      @Override
      public NDArray embed(NDManager scope, TokenBatch prompts) {
        return program.forward(TrainableProgram.this.ids(scope, prompts, 0));
      }
    };
  }

  @Override
  public int vocabularySize() {
    return shape.vocabularySize();
  }

  @Override
  public NDArray loss(
      NDManager scope,
      NDArray inputs,
      int[] lengths,
      TokenBatch targets,
      double labelSmoothing,
      double dropout) {
    program.run("set_dropout", dropout);
    NDArray mask =
        PromptMask.of(scope, lengths, inputs.getShape().get(1)).toDevice(program.device(), false);
    NDArray smoothing = scope.create((float) labelSmoothing);
    return program.forward(inputs, mask, ids(scope, targets, NO_TARGET), smoothing);
  }

  private NDArray ids(NDManager scope, TokenBatch batch, int pad) {
    Shape sizes = new Shape(batch.size(), batch.maxLength());
    return scope.create(batch.padded(pad), sizes).toDevice(program.device(), false);
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
