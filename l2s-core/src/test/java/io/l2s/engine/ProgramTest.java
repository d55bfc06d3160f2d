package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.EngineException;
import io.l2s.OnEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgramTest extends OnEngine {

  @Test
  void firstAndLaterCallsOfAMethodGiveTheSame() {
    runtime.call(
        () -> {
          try (Program program = program();
              NDManager scope = runtime.newScope()) {
            for (int call = 0; call < 4; call++) {
              assertThat(sum(program, scope, 2 + call)).containsOnly(3f).hasSize(2 + call);
            }
          }
          return null;
        });
  }

  @Test
  void aFirstCallThatFailsLeavesTheNextOneWorking() {
    runtime.call(
        () -> {
          try (Program program = program();
              NDManager scope = runtime.newScope()) {
            NDArray three = scope.ones(new Shape(3));
            NDArray two = scope.ones(new Shape(2));
            assertThatThrownBy(
                    () -> runtime.call(() -> program.tensor(scope, "sum_of", three, two)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("x + y");

            assertThat(sum(program, scope, 2)).containsOnly(3f);
          }
          return null;
        });
  }

  @Test
  void aMethodThatIsNotThereIsNamed() {
    runtime.call(
        () -> {
          try (Program program = program()) {
            assertThatThrownBy(() -> runtime.call(() -> program.number("missing")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("missing");
          }
          return null;
        });
  }

  private static Program program() {
    return Program.load(
        ProgramTest.class,
        List.of("calls.py"),
        Map.of("training", false),
        Device.cpu(),
        Set.of("sum_of", "missing"));
  }

  private static float[] sum(Program program, NDManager scope, int size) {
    NDArray ones = scope.ones(new Shape(size));
    return program.tensor(scope, "sum_of", ones, ones.mul(2)).toFloatArray();
  }
}
