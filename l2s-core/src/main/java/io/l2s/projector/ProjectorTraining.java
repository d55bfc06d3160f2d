package io.l2s.projector;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.TrainableWeights;
import io.l2s.engine.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A projector in training, with an embedding adapter or without; the same program that serves it.
 */
public final class ProjectorTraining implements TrainableProjector {

  private final NativeRuntime runtime;
  private final Program program;
  private final TrainableWeights weights;
  private final ProjectorShape shape;

  private ProjectorTraining(NativeRuntime runtime, Program program, ProjectorShape shape) {
    this.runtime = runtime;
    this.program = program;
    this.weights = new TrainableWeights(runtime, program);
    this.shape = shape;
  }

  /**
   * Starts with fresh weights, drawn as {@code torch.nn.Linear} draws them.
   *
   * @param shape its widths, and those of an embedding adapter if one is to be trained
   * @param hidden width between the two maps; of no meaning but with {@link ProjectorKind#MLP}
   * @throws InvalidSettingException if there is no projector and the widths differ
   */
  public static ProjectorTraining fresh(
      NativeRuntime runtime,
      ProjectorKind kind,
      ProjectorShape shape,
      int hidden,
      long seed,
      Device device) {
    int inputWidth = shape.inputWidth();
    int outputWidth = shape.outputWidth();
    if (kind == ProjectorKind.NONE && inputWidth != outputWidth) {
      throw new InvalidSettingException(
          "projector",
          "linear or mlp where the LLM's width "
              + inputWidth
              + " differs from the SLM's "
              + outputWidth,
          "none");
    }
    return runtime.open(
        () -> {
          ProjectorTraining training =
              new ProjectorTraining(runtime, LoadedProjector.program(device), shape);
          Random random = new Random(seed);
          int width = kind == ProjectorKind.LINEAR ? outputWidth : hidden;
          if (kind != ProjectorKind.NONE) {
            training.draw(ProjectorFile.FC1_WEIGHT, random, inputWidth, width, inputWidth);
            training.draw(ProjectorFile.FC1_BIAS, random, inputWidth, width);
          }
          if (kind == ProjectorKind.MLP) {
            training.draw(ProjectorFile.FC2_WEIGHT, random, hidden, outputWidth, hidden);
            training.draw(ProjectorFile.FC2_BIAS, random, hidden, outputWidth);
          }
          shape
              .adapter()
              .ifPresent(
                  adapter ->
                      training.draw(
                          ProjectorFile.ADAPTER,
                          random,
                          adapter.inputWidth(),
                          adapter.outputWidth(),
                          adapter.inputWidth()));
          return training;
        });
  }

  /**
   * Continues from the weights in {@code file}.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static ProjectorTraining from(NativeRuntime runtime, Path file, Device device) {
    ProjectorFile opened = ProjectorFile.open(file);
    return runtime.open(
        () -> {
          Program program = LoadedProjector.program(device);
          ProjectorTraining training = new ProjectorTraining(runtime, program, opened.shape());
          try {
            for (String name : opened.names()) {
              Weights.putCopy(program, opened.tensor(name), Precision.F32);
              training.weights.adopt(name);
            }
            opened.stamp().requireSame();
            return training;
          } catch (RuntimeException e) {
            training.close();
            throw e;
          }
        });
  }

  // torch.nn.Linear: weight and bias uniform within one over the square root of the inputs.
  private void draw(String name, Random random, int inputs, long... shape) {
    float bound = (float) (1 / Math.sqrt(inputs));
    weights.draw(name, () -> (2 * random.nextFloat() - 1) * bound, shape);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return weights.byName();
  }

  @Override
  public void scale(float factor) {
    Map<String, NDArray> all = weights.byName();
    boolean two = all.containsKey(ProjectorFile.FC2_WEIGHT);
    List<String> last =
        two
            ? List.of(ProjectorFile.FC2_WEIGHT, ProjectorFile.FC2_BIAS)
            : List.of(ProjectorFile.FC1_WEIGHT, ProjectorFile.FC1_BIAS);
    all.forEach(
        (name, array) -> {
          if (last.contains(name)) {
            array.muli(factor);
          }
        });
  }

  @Override
  public void scaleAdapter(float factor) {
    NDArray adapter = weights.byName().get(ProjectorFile.ADAPTER);
    if (adapter != null) {
      adapter.muli(factor);
    }
  }

  @Override
  public Map<String, String> metadata() {
    return weights.byName().keySet().stream().allMatch(ProjectorFile.ADAPTER::equals)
        ? Map.of(ProjectorFile.WIDTH, Integer.toString(shape.outputWidth()))
        : Map.of();
  }

  @Override
  public int inputWidth() {
    return shape.inputWidth();
  }

  @Override
  public int outputWidth() {
    return shape.outputWidth();
  }

  @Override
  public NDArray project(NDManager scope, NDArray features) {
    return program.forward(features.toDevice(program.device(), false));
  }

  @Override
  public Optional<EmbeddingAdapter> embeddingAdapter() {
    return shape.adapter().map(Adapter::new);
  }

  private final class Adapter implements EmbeddingAdapter {

    private final ProjectorShape.Adapter widths;

    Adapter(ProjectorShape.Adapter widths) {
      this.widths = widths;
    }

    @Override
    public int inputWidth() {
      return widths.inputWidth();
    }

    @Override
    public int outputWidth() {
      return widths.outputWidth();
    }

    @Override
    public NDArray adapt(NDManager scope, NDArray embeddings) {
      // The copy takes part in differentiation, which the engine refuses to what it inferred.
      NDArray copy = embeddings.toDevice(program.device(), false).duplicate();
      return program.forward(copy, copy);
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
