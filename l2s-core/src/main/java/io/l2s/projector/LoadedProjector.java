package io.l2s.projector;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A projector from a file, in float32, with the embedding adapter where the file holds one. The
 * tensors decide its {@link ProjectorKind}.
 */
public final class LoadedProjector implements Projector {

  private final NativeRuntime runtime;
  private final Program program;
  private final ProjectorShape shape;
  private final Path file;

  private LoadedProjector(NativeRuntime runtime, Program program, ProjectorShape shape, Path file) {
    this.runtime = runtime;
    this.program = program;
    this.shape = shape;
    this.file = file;
  }

  /**
   * Loads a projector; its weights are copied, as they are few.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static LoadedProjector load(NativeRuntime runtime, Path file, Device device) {
    ProjectorFile opened = ProjectorFile.open(file);
    return runtime.open(
        () -> {
          Program program = program(device);
          try {
            for (String name : opened.names()) {
              Weights.putCopy(program, opened.tensor(name), Precision.F32);
            }
            opened.stamp().requireSame();
            return new LoadedProjector(runtime, program, opened.shape(), file);
          } catch (RuntimeException e) {
            program.close();
            throw e;
          }
        });
  }

  /**
   * The widths of the projector in {@code file}, without the native engine.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static ProjectorShape shape(Path file) {
    return ProjectorFile.open(file).shape();
  }

  /**
   * The number of weights in {@code file}.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static long parameters(Path file) {
    return ProjectorFile.open(file).tensors().values().stream()
        .mapToLong(tensor -> tensor.shape().stream().reduce(1L, Math::multiplyExact))
        .sum();
  }

  static Program program(Device device) {
    Map<String, Object> attributes = Map.of("training", false, "weights", Map.of());
    return Program.load(LoadedProjector.class, "projector.py", attributes, device);
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
    return program.tensor(scope, "forward", features.toDevice(program.device(), false));
  }

  @Override
  public Optional<EmbeddingAdapter> embeddingAdapter() {
    return shape.adapter().map(Adapter::new);
  }

  @Override
  public Optional<Path> file() {
    return Optional.of(file);
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
      return program.tensor(scope, "adapt", embeddings.toDevice(program.device(), false));
    }
  }

  @Override
  public void close() {
    runtime.release(program::close);
  }
}
