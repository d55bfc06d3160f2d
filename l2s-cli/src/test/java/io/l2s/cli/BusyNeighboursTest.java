package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BusyNeighboursTest {

  @Test
  void theyRunUntilTheyAreClosed() throws Exception {
    List<ProcessHandle> started;
    try (BusyNeighbours neighbours = BusyNeighbours.start(2)) {
      started = ProcessHandle.current().children().toList();
      assertThat(started).hasSizeGreaterThanOrEqualTo(2).allMatch(ProcessHandle::isAlive);
      neighbours.requireRunning();
    }
    for (ProcessHandle each : started) {
      each.onExit().get();
    }
  }

  @Test
  void figuresWithoutThemDoNotCount() throws Exception {
    try (BusyNeighbours neighbours = BusyNeighbours.start(1)) {
      for (ProcessHandle each : ProcessHandle.current().children().toList()) {
        each.destroyForcibly();
        each.onExit().get();
      }
      assertThatThrownBy(neighbours::requireRunning)
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("the figures do not count");
    }
  }
}
