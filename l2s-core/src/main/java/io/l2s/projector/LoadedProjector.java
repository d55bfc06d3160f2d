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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A projector from a file, in float32; of which {@link ProjectorKind}, the file tells. */
public final class LoadedProjector implements Projector {

  private final NativeRuntime runtime;
  private final Program program;
  private final int inputWidth;
  private final int outputWidth;

  private LoadedProjector(NativeRuntime runtime, Program program, int inputWidth, int outputWidth) {
    this.runtime = runtime;
    this.program = program;
    this.inputWidth = inputWidth;
    this.outputWidth = outputWidth;
  }

  /**
   * Loads a projector; its file stays mapped until it is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static LoadedProjector load(NativeRuntime runtime, Path file, Device device) {
    ProjectorFile opened = ProjectorFile.open(file);
    return runtime.open(
        () -> {
          Program program = program(device);
          try {
            for (String name : ProjectorFile.names(opened.kind())) {
              Weights.put(program, opened.tensor(name), Precision.F32);
            }
            return new LoadedProjector(runtime, program, opened.inputWidth(), opened.outputWidth());
          } catch (RuntimeException e) {
            program.close();
            throw e;
          }
        });
  }

  /**
   * Checks, without the native engine, that a projector's file leads from one width to another.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static void check(Path file, int llmWidth, int slmWidth) {
    ProjectorFile opened = ProjectorFile.open(file);
    List<String> problems = new ArrayList<>();
    if (opened.inputWidth() != llmWidth) {
      problems.add(
          "takes features of width "
              + opened.inputWidth()
              + ", but the LLM's have width "
              + llmWidth);
    }
    if (opened.outputWidth() != slmWidth) {
      problems.add(
          "gives vectors of width "
              + opened.outputWidth()
              + ", but the SLM takes width "
              + slmWidth);
    }
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
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
    return inputWidth;
  }

  @Override
  public int outputWidth() {
    return outputWidth;
  }

  @Override
  public NDArray project(NDManager scope, NDArray features) {
    return program.tensor(scope, "forward", features.toDevice(program.device(), false));
  }

  @Override
  public void close() {
    runtime.release(program::close);
  }
}
