package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadTrialTest {

  private static final int CALLS = 1 + 2 * ThreadTrial.ROUNDS;

  private final ThreadTrial trial = new ThreadTrial(4);
  private boolean crowded;
  private long looks;

  /** Makes calls and returns with how many threads. */
  private List<Integer> calls(int number, long alone, long together) {
    List<Integer> threads = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int each = trial.next(crowded, looks);
      threads.add(each);
      trial.took(each, each == 1 ? alone : together, crowded, looks);
    }
    return threads;
  }

  @Test
  void oneThreadAndAllTakeTurnsUntilTheFasterNumberIsKnown() {
    assertThat(calls(CALLS, 5, 9)).containsExactly(4, 1, 4, 1, 4, 1, 4);
    assertThat(calls(3, 5, 9)).containsExactly(1, 1, 1);
  }

  @Test
  void allThreadsStayWhereTheyAreFaster() {
    calls(CALLS, 9, 5);
    assertThat(calls(2, 9, 5)).containsExactly(4, 4);
  }

  @Test
  void allThreadsThatAreHardlyFasterAreNotChosen() {
    calls(CALLS, 70, 50);
    assertThat(calls(1, 70, 50)).containsExactly(1);
  }

  @Test
  void theFirstCallIsNotTimed() {
    calls(1, 0, 1);
    calls(CALLS - 1, 5, 9);
    assertThat(calls(1, 5, 9)).containsExactly(1);
  }

  @Test
  void callsBesideBusyProcessesDoNotCount() {
    calls(CALLS - 1, 9, 5);
    crowded = true;
    assertThat(calls(5, 9, 5)).containsOnly(4);
    crowded = false;
    assertThat(calls(CALLS, 5, 9)).containsExactly(4, 1, 4, 1, 4, 1, 4);
    assertThat(calls(1, 5, 9)).containsExactly(1);
  }

  @Test
  void aChoiceIsDiscardedWhereTheNextLookSeesThatItWasMadeBesideBusyProcesses() {
    calls(CALLS, 5, 9);
    looks++;
    crowded = true;
    assertThat(calls(1, 5, 9)).containsExactly(4);
    crowded = false;
    calls(CALLS, 9, 5);
    assertThat(calls(1, 9, 5)).containsExactly(4);
  }

  @Test
  void aChoiceThatALookHasConfirmedStays() {
    calls(CALLS, 5, 9);
    looks++;
    calls(1, 5, 9);
    crowded = true;
    assertThat(calls(2, 5, 9)).containsExactly(1, 1);
  }

  @Test
  void aFailedCallIsMadeAgain() {
    calls(1, 5, 9);
    assertThat(trial.next(false, 0)).isEqualTo(1);
    assertThat(calls(CALLS - 1, 5, 9)).containsExactly(1, 4, 1, 4, 1, 4);
    assertThat(calls(1, 5, 9)).containsExactly(1);
  }
}
