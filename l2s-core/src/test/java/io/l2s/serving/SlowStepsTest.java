package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowStepsTest {

  private long now;
  private final List<Long> warned = new ArrayList<>();
  private final SlowSteps steps =
      new SlowSteps(() -> now, (route, rows, nanos, usual) -> warned.add(nanos / usual));

  private void record(int calls, long nanos) {
    record(calls, 20, nanos);
  }

  private void record(int calls, int length, long nanos) {
    for (int i = 0; i < calls; i++) {
      steps.record(Route.HYBRID, 1, length, nanos);
    }
  }

  @Test
  void stepsFarSlowerThanAtFirstAreWarnedOfOnceAMinute() {
    record(SlowSteps.WARM_UP_CALLS, 10);
    record(SlowSteps.CALLS_IN_A_ROW + 20, 80);
    assertThat(warned).containsExactly(8L);

    now += SlowSteps.BETWEEN_WARNINGS.toNanos();
    record(1, 90);
    assertThat(warned).containsExactly(8L, 9L);
  }

  @Test
  void stepsWithinTheFactorAreUsual() {
    record(SlowSteps.WARM_UP_CALLS, 10);
    record(100, 10 * SlowSteps.FACTOR);
    assertThat(warned).isEmpty();
  }

  @Test
  void aFewSlowStepsAreNoWarning() {
    record(SlowSteps.WARM_UP_CALLS, 10);
    for (int i = 0; i < 5; i++) {
      record(SlowSteps.CALLS_IN_A_ROW - 1, 80);
      record(1, 10);
    }
    assertThat(warned).isEmpty();
  }

  @Test
  void eachBatchSizeHasItsOwnFigure() {
    record(SlowSteps.WARM_UP_CALLS, 10);
    for (int i = 0; i < 100; i++) {
      steps.record(Route.HYBRID, 16, 20, 80);
      steps.record(Route.LLM_ONLY, 1, 20, 80);
    }
    assertThat(warned).isEmpty();
  }

  @Test
  void longerSequencesAreNotComparedWithShortOnes() {
    record(SlowSteps.WARM_UP_CALLS, 20, 10);
    record(100, 2000, 80);
    assertThat(warned).isEmpty();

    record(SlowSteps.CALLS_IN_A_ROW, 1100, 80 * SlowSteps.FACTOR + 10);
    assertThat(warned).hasSize(1);
  }

  @Test
  void theMessageSaysWhatCanBeDone() {
    assertThat(
            SlowSteps.message(Route.HYBRID, 8, 12_340_000, 1_000_000, "Change --threads or --wait"))
        .isEqualTo(
            "Decode steps of HYBRID with 8 sequences take 12.3 ms instead of 1.0: other processes"
                + " probably keep the cores busy. Change --threads or --wait");
    assertThat(SlowSteps.message(Route.EXACT, 1, 2_000_000, 1_000_000, ""))
        .startsWith("Decode steps of EXACT with 1 sequence take 2.0 ms");
  }
}
