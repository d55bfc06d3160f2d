package io.l2s.projector;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.engine.Gradients;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The MLP projector in training; the same program that serves it. */
public final class ProjectorTraining implements TrainableProjector {

  private final NativeRuntime runtime;
  private final Program program;
  private final NDManager scope;
  private final int inputWidth;
  private final int outputWidth;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  private ProjectorTraining(
      NativeRuntime runtime, Program program, int inputWidth, int outputWidth) {
    this.runtime = runtime;
    this.program = program;
    this.scope = runtime.newScope();
    this.inputWidth = inputWidth;
    this.outputWidth = outputWidth;
  }

  /** Starts with fresh weights, drawn as {@code torch.nn.Linear} draws them. */
  public static ProjectorTraining fresh(
      NativeRuntime runtime,
      int inputWidth,
      int hidden,
      int outputWidth,
      long seed,
      Device device) {
    return runtime.call(
        () -> {
          ProjectorTraining training =
              new ProjectorTraining(runtime, MlpProjector.program(device), inputWidth, outputWidth);
          Random random = new Random(seed);
          training.add(
              ProjectorFile.FC1_WEIGHT, training.drawn(random, inputWidth, hidden, inputWidth));
          training.add(ProjectorFile.FC1_BIAS, training.drawn(random, inputWidth, hidden));
          training.add(
              ProjectorFile.FC2_WEIGHT, training.drawn(random, hidden, outputWidth, hidden));
          training.add(ProjectorFile.FC2_BIAS, training.drawn(random, hidden, outputWidth));
          return training;
        });
  }

  /**
   * Goes on from the weights in {@code file}.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static ProjectorTraining from(NativeRuntime runtime, Path file, Device device) {
    ProjectorFile opened = ProjectorFile.open(file);
    return runtime.call(
        () -> {
          Program program = MlpProjector.program(device);
          ProjectorTraining training =
              new ProjectorTraining(runtime, program, opened.inputWidth(), opened.outputWidth());
          for (String name : ProjectorFile.NAMES) {
            Weights.put(program, opened.tensors().get(name), Precision.F32);
            training.add(name, program.tensor(training.scope, "get", name));
          }
          return training;
        });
  }

  // torch.nn.Linear: weight and bias uniform within one over the square root of the inputs.
  private NDArray drawn(Random random, int inputs, long... shape) {
    float bound = (float) (1 / Math.sqrt(inputs));
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(new Shape(shape).size()));
    while (values.hasRemaining()) {
      values.put((2 * random.nextFloat() - 1) * bound);
    }
    return scope.create(values.flip(), new Shape(shape));
  }

  private void add(String name, NDArray values) {
    try (values) {
      NDArray parameter = Gradients.parameter(scope, values.toDevice(program.device(), false));
      parameters.put(name, parameter);
      program.run("put", name, parameter, Weights.F32, Weights.F32);
    }
  }

  @Override
  public Map<String, NDArray> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  @Override
  public int inputWidth() {
    return inputWidth;
  }

  @Override
  public int outputWidth() {
    return outputWidth;
  }

  @Override
  public NDArray project(NDManager scope, NDArray features) {
    return program.forward(features);
  }

  @Override
  public void close() {
    runtime.call(
        () -> {
          program.close();
          scope.close();
          return null;
        });
  }
}
