package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.l2s.OnEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiniteNumbersTest extends OnEngine {

  @ParameterizedTest
  @CsvSource({"2, true", "NaN, false", "Infinity, false", "-Infinity, false"})
  void oneNumberThatIsNotFiniteIsFound(float last, boolean finite) {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            assertThat(FiniteNumbers.areAll(scope.create(new float[] {1, -1, last})))
                .isEqualTo(finite);
          }
          return null;
        });
  }
}
