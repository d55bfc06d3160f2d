package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThreadPlanTest {

  private final List<Integer> wanted = new ArrayList<>();
  private boolean crowded;

  private final ThreadPlan plan =
      new ThreadPlan(
          new ThreadPlan.Team() {
            @Override
            public int most() {
              return 4;
            }

            @Override
            public void want(int threads) {
              wanted.add(threads);
            }

            @Override
            public boolean crowded() {
              return crowded;
            }

            @Override
            public long looks() {
              return 0;
            }

            @Override
            public String remedy() {
              return "";
            }
          },
          Set.of(Route.HYBRID));

  /**
   * Makes calls in which one thread takes 5 ns a step and all take 9, and returns the last team.
   */
  private int decode(int calls, Route route, int rows) {
    for (int i = 0; i < calls; i++) {
      plan.beforeDecoding(route, rows);
      plan.afterDecoding(route, rows, last() == 1 ? 5 : 9);
    }
    return last();
  }

  private int last() {
    return wanted.get(wanted.size() - 1);
  }

  @Test
  void aSmallModelGetsTheNumberThatIsFaster() {
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(1);
  }

  @Test
  void aLargeModelAlwaysGetsAll() {
    decode(20, Route.LLM_ONLY, 1);
    assertThat(wanted).containsOnly(4);
  }

  @Test
  void readingGetsAll() {
    decode(20, Route.HYBRID, 1);
    plan.beforeReading();
    assertThat(last()).isEqualTo(4);
  }

  @Test
  void eachNumberOfRowsIsTimedByItself() {
    decode(20, Route.HYBRID, 1);
    assertThat(decode(1, Route.HYBRID, 8)).isEqualTo(4);
    assertThat(decode(1, Route.HYBRID, 1)).isEqualTo(1);
    assertThat(decode(20, Route.HYBRID, 8)).isEqualTo(1);
  }

  @Test
  void nothingIsTimedBesideBusyProcesses() {
    crowded = true;
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(4);
    crowded = false;
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(1);
  }
}
