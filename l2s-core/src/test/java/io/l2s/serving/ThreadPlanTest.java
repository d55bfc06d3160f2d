package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThreadPlanTest {

  private final RecordingTeam team = new RecordingTeam();
  private final ThreadPlan plan = new ThreadPlan(team, Set.of(Route.HYBRID));

  /**
   * Makes calls in which one thread takes 5 ns a step and all take 9, and returns the last team.
   */
  private int decode(int calls, Route route, int rows) {
    for (int i = 0; i < calls; i++) {
      plan.beforeDecoding(route, rows);
      plan.afterDecoding(route, rows, team.last() == 1 ? 5 : 9);
    }
    return team.last();
  }

  @Test
  void aSmallModelGetsTheNumberThatIsFaster() {
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(1);
  }

  @Test
  void aLargeModelAlwaysGetsAll() {
    decode(20, Route.LLM_ONLY, 1);
    assertThat(team.wanted).containsOnly(4);
  }

  @Test
  void readingGetsAll() {
    decode(20, Route.HYBRID, 1);
    plan.beforeReading();
    assertThat(team.last()).isEqualTo(4);
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
    team.crowded = true;
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(4);
    team.crowded = false;
    assertThat(decode(20, Route.HYBRID, 1)).isEqualTo(1);
  }
}
