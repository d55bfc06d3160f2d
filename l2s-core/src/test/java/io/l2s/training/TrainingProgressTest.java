package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {

  @Test
  void theTimeLeftFollowsFromTheShareThatThisRunHasDone() {
    assertThat(progress(0.25, 0).left()).isEqualTo(Duration.ofMinutes(30));
    assertThat(progress(0.75, 0.5).left()).isEqualTo(Duration.ofMinutes(10));
    assertThat(progress(1, 0.5).left()).isZero();
  }

  private static TrainingProgress progress(double share, double before) {
    return new TrainingProgress(10, share, before, 1, 1e-3, 640, Duration.ofMinutes(10));
  }
}
