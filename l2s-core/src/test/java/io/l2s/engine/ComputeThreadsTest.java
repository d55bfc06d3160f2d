package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    ThreadChoice two = new ThreadChoice(ThreadOptions.AUTO, 2, true, adapts, "", Optional.empty());
    return new ComputeThreads(two, name -> "--" + name, coreUse, () -> now, teams::add);
  }

  /** A quarter of a second passes, of which others use some hundredths on this JVM's cores. */
  private void pass(long othersTicks, ComputeThreads each) {
    now += LOOK;
    ownNanos += LOOK;
    busyTicks += 25 + othersTicks;
    each.beforeCall();
  }

  @Test
  void theFirstCallTellsTheEngine() {
    threads.beforeCall();
    threads.beforeCall();
    assertThat(teams).containsExactly(2);
  }

  @Test
  void aQuietMachineKeepsAllThreads() {
    threads.beforeCall();
    pass(0, threads);
    pass(3, threads);
    assertThat(teams).containsExactly(2);
    assertThat(threads.crowded()).isFalse();
    assertThat(threads.looks()).isEqualTo(2);
  }

  @Test
  void aBusyNeighborTakesAThreadUntilItHasBeenGoneForTwoLooks() {
    threads.beforeCall();
    pass(25, threads);
    assertThat(teams).containsExactly(2, 1);
    assertThat(threads.crowded()).isTrue();
    pass(25, threads);
    pass(0, threads);
    assertThat(teams).containsExactly(2, 1);
    pass(25, threads);
    pass(0, threads);
    assertThat(threads.crowded()).isTrue();
    pass(0, threads);
    assertThat(teams).containsExactly(2, 1, 2);
    assertThat(threads.crowded()).isFalse();
  }

  @Test
  void aPartOfACoreTakesNoThread() {
    threads.beforeCall();
    pass(20, threads);
    pass(20, threads);
    assertThat(teams).containsExactly(2);
  }

  @Test
  void oneThreadIsAlwaysLeft() {
    threads.beforeCall();
    pass(50, threads);
    assertThat(teams).containsExactly(2, 1);
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
    assertThat(teams).containsExactly(2);
  }

  @Test
  void theRemedyNamesTheSettingsAsUsersKnowThem() {
    assertThat(threads.remedy())
        .isEqualTo("Give this JVM cores of its own, or change --threads or --wait");
  }

  @Test
  void aSecondNativeThreadDoesNotInheritTheFirstOnesNumber() {
    try (NativeRuntime first = NativeRuntime.start(false)) {
      first.threads().want(1);
      assertThat(first.call(ComputeThreadsTest::engineThreads)).isEqualTo(1);
      try (NativeRuntime second = NativeRuntime.start(false)) {
        int number = second.call(ComputeThreadsTest::engineThreads);
        assumeFalse(second.threads().crowded(), "another process keeps a core busy");
        assertThat(number).isEqualTo(second.threads().most());
      }
    }
  }

  private static int engineThreads() {
    ComputeThreads.adapt();
    return JniUtils.getNumThreads();
  }
}
