package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.OnEngine;
import io.l2s.engine.Gradients;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerTest extends OnEngine {

  // The trainer refuses a step by isUsable: weights must have changed exactly where it does not.
  @ParameterizedTest
  @CsvSource({"1, true", "1e17, true", "1e25, false", "1e35, false", "1e38, false"})
  void aStepIsAppliedExactlyWhereItsNormIsUsable(float gradient, boolean usable) {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            NDArray weight = scope.ones(new Shape(1));
            weight.setRequiresGradient(true);
            TrainingOptions options = TrainingOptions.forSteps(1).build();
            try (Optimizer optimizer = Optimizer.create(scope, Map.of("weight", weight), options)) {
              Gradients.backward(() -> weight.mul(gradient).sum());
              double norm = optimizer.step(1, 1e-2);
              assertThat(Optimizer.isUsable(norm)).isEqualTo(usable);
              assertThat(weight.getFloat() != 1f).isEqualTo(usable);
            }
          }
          return null;
        });
  }
}
