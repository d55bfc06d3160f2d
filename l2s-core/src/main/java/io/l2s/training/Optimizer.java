package io.l2s.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.engine.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** AdamW over a set of named parameters, all of one step in one native call. Native thread only. */
final class Optimizer implements AutoCloseable {

  /** Above it the squares that the second moments hold would leave float32. */
  static final double LARGEST_NORM = 1e18;

  private final Program program;
  private final TrainingOptions options;
  private final Map<String, NDArray> moments = new LinkedHashMap<>();

  Optimizer(Program program, TrainingOptions options) {
    this.program = program;
    this.options = options;
  }

  static Optimizer create(
      NDManager scope, Map<String, NDArray> parameters, TrainingOptions options) {
    Program program =
        Program.load(
            Optimizer.class,
            "adamw.py",
            Map.of(
                "training", false,
                "parameters", List.of(),
                "first", List.of(),
                "second", List.of()),
            scope.getDevice());
    Optimizer optimizer = new Optimizer(program, options);
    parameters.forEach(
        (name, parameter) -> {
          NDArray first = scope.zeros(parameter.getShape());
          NDArray second = scope.zeros(parameter.getShape());
          optimizer.moments.put("first." + name, first);
          optimizer.moments.put("second." + name, second);
          program.run("add", parameter, first, second);
        });
    return optimizer;
  }

  /** First and second moments by {@code first.NAME} and {@code second.NAME}. */
  Map<String, NDArray> moments() {
    return moments;
  }

  /**
   * Applies the gathered gradients and clears them.
   *
   * @param step number of this step, from 1
   * @return norm of all gradients before clipping; unless it {@linkplain #isUsable is usable}, no
   *     weight changed
   */
  double step(int step, double learningRate) {
    return program.number(
        "step",
        step,
        learningRate,
        options.beta1(),
        options.beta2(),
        options.epsilon(),
        options.weightDecay(),
        options.clip(),
        options.scaleByRms(),
        LARGEST_NORM);
  }

  /** Whether gradients of that norm are applied. */
  static boolean isUsable(double norm) {
    return norm <= LARGEST_NORM;
  }

  @Override
  public void close() {
    program.close();
  }
}
