package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComputeThreadsTest {

  private static final long LOOK = 250_000_000;

  /** Hundredths of a second that the two cores were busy, whoever used them. */
  private long busyTicks;

  private long ownNanos;
  private long now;
  private final List<Integer> teams = new ArrayList<>();

  private final CoreUse coreUse =
      new CoreUse(
          () ->
              List.of(
                  "cpu  9 9 9 9 9 9 9 9 9 9",
                  "cpu0 " + busyTicks + " 0 0 777 5 0 0 0 0 0",
                  "cpu1 0 0 0 777 5 0 0 0 0 0",
                  "cpu2 " + 50 * busyTicks + " 0 0 777 5 0 0 0 0 0",
                  "intr 1 2 3"),
          CpuList.parse("0-1"),
          () -> ownNanos);

  private final ComputeThreads threads = threads(true);

  private ComputeThreads threads(boolean adapts) {
    return new ComputeThreads(2, true, adapts, "", coreUse, () -> now, teams::add);
  }

  /** A quarter of a second passes, of which others use some hundredths on this JVM's cores. */
  private void pass(long othersTicks, ComputeThreads each) {
    now += LOOK;
    ownNanos += LOOK;
    busyTicks += 25 + othersTicks;
    each.beforeCall();
  }

  @Test
  void aQuietMachineKeepsAllThreads() {
    threads.beforeCall();
    pass(0, threads);
    pass(3, threads);
    assertThat(teams).isEmpty();
    assertThat(threads.crowded()).isFalse();
  }

  @Test
  void aBusyNeighbourTakesAThreadUntilItLeaves() {
    threads.beforeCall();
    pass(25, threads);
    assertThat(teams).containsExactly(1);
    assertThat(threads.crowded()).isTrue();
    pass(25, threads);
    pass(0, threads);
    assertThat(teams).containsExactly(1, 2);
  }

  @Test
  void oneThreadIsAlwaysLeft() {
    threads.beforeCall();
    pass(50, threads);
    assertThat(teams).containsExactly(1);
  }

  @Test
  void aSmallModelAsksForOneThread() {
    threads.want(1);
    threads.beforeCall();
    threads.want(8);
    threads.beforeCall();
    assertThat(teams).containsExactly(1, 2);
  }

  @Test
  void unsharedCoresKeepAllThreads() {
    ComputeThreads active = threads(false);
    active.beforeCall();
    pass(50, active);
    assertThat(teams).isEmpty();
  }

  @Test
  void nothingIsKnownWithoutTheSystemsFigures() {
    CoreUse blind = new CoreUse(List::of, CpuList.parse("0-1"), () -> 0);
    assertThat(blind.since(0)).isEmpty();
    assertThat(blind.since(LOOK)).isEmpty();
  }
}
