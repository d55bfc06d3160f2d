package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BusyNeighborsTest {

  @TempDir private Path directory;

  @Test
  void theyComputeUntilTheyAreClosed() throws Exception {
    List<ProcessHandle> started;
    try (BusyNeighbors neighbors = BusyNeighbors.start(2)) {
      started = neighbors.processes();
      assertThat(started).hasSize(2);
      for (ProcessHandle each : started) {
        awaitMoreCpuTime(each);
      }
      neighbors.requireRunning();
    }
    for (ProcessHandle each : started) {
      each.onExit().get();
    }
  }

  /**
   * Returns when the process has used a tenth of a second more; an idle one runs into the limit.
   */
  private static void awaitMoreCpuTime(ProcessHandle process) {
    Duration before = cpuTime(process);
    while (cpuTime(process).minus(before).toMillis() < 100) {
      Thread.onSpinWait();
    }
  }

  private static Duration cpuTime(ProcessHandle process) {
    assertThat(process.isAlive()).isTrue();
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Test
  void figuresWithoutThemDoNotCount() throws Exception {
    try (BusyNeighbors neighbors = BusyNeighbors.start(1)) {
      for (ProcessHandle each : neighbors.processes()) {
        each.destroyForcibly();
        each.onExit().get();
      }
      assertThatThrownBy(neighbors::requireRunning)
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("the figures do not count");
    }
  }

  @Test
  void withoutNeighborsNoDirectoryIsMade() throws Exception {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", directory.resolve("missing").toString());
    try (BusyNeighbors none = BusyNeighbors.start(0)) {
      none.requireRunning();
      assertThat(none.processes()).isEmpty();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
    try (Stream<Path> made = Files.list(directory)) {
      assertThat(made).isEmpty();
    }
  }
}
