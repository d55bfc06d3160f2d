package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuLossTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: device-side assert triggered"
      })
  void aStickyErrorOfTheDriverLosesTheGpu(String message) {
    assertThat(
            GpuLoss.isCauseOf(
                new EngineException("a request failed", new IllegalStateException(message))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CUDA error: out of memory", "CUDA out of memory. Tried to allocate", "mismatch"})
  void memoryThatIsNotThereLosesNoGpu(String message) {
    assertThat(GpuLoss.isCauseOf(new EngineException(message, null))).isFalse();
  }

  @Test
  void aFailureWithoutMessageLosesNoGpu() {
    assertThat(GpuLoss.isCauseOf(new IllegalStateException())).isFalse();
  }
}
