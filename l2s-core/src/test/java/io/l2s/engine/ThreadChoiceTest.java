package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.engine.SpinSetting.Refusal;
import io.l2s.engine.ThreadChoice.Machine;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThreadChoiceTest {

  private static final String WAITING = ", waiting auto (spins 100000 turns, then sleeps)";

  private record Platform(Optional<Refusal> refusal) implements SpinSetting.Environment {
    @Override
    public void set(String name, String value) {}
  }

  private static final Platform LINUX = new Platform(Optional.empty());

  private static Machine cores(int cores) {
    return new Machine(cores, Optional.empty(), Map.of(), LINUX, true);
  }

  private static ThreadChoice choice(String threads, String wait, Machine machine) {
    return ThreadChoice.of(ThreadOptions.parse(threads, wait), machine);
  }

  @Test
  void autoTakesAllCores() {
    ThreadChoice choice = choice("auto", "auto", cores(2));
    assertThat(choice.most()).isEqualTo(2);
    assertThat(choice.auto()).isTrue();
    assertThat(choice.adapts()).isTrue();
    assertThat(choice.description())
        .isEqualTo(
            "2 threads (auto: 2 cores, fewer while other processes use the cores)" + WAITING);
  }

  @Test
  void oneThreadCannotBecomeFewer() {
    assertThat(choice("auto", "auto", cores(1)).description())
        .isEqualTo("1 thread (auto: 1 core)" + WAITING);
    assertThat(choice("1", "auto", cores(2)).description())
        .isEqualTo("1 thread (as set)" + WAITING);
  }

  @Test
  void anActiveWaitKeepsAllThreads() {
    ThreadChoice choice = choice("auto", "active", cores(2));
    assertThat(choice.adapts()).isFalse();
    assertThat(choice.description()).isEqualTo("2 threads (auto: 2 cores), waiting active (spins)");
  }

  @Test
  void fewerArePromisedOnlyWhereOthersAreSeen() {
    Machine blind = new Machine(2, Optional.empty(), Map.of(), LINUX, false);
    assertThat(choice("auto", "auto", blind).adapts()).isFalse();
    assertThat(choice("auto", "auto", blind).description())
        .isEqualTo("2 threads (auto: 2 cores)" + WAITING);
  }

  @Test
  void moreThreadsThanCoresAreCapped() {
    ThreadChoice choice = choice("4", "auto", cores(2));
    assertThat(choice.most()).isEqualTo(2);
    assertThat(choice.auto()).isFalse();
    assertThat(choice.description()).startsWith("2 threads (4 as set, but 2 cores, fewer while");
    assertThat(choice.cap()).hasValue("4 counts as 2: this JVM has 2 cores");
    assertThat(choice("3", "auto", cores(4)).description()).startsWith("3 threads (as set, fewer");
    assertThat(choice("4", "auto", cores(4)).cap()).isEmpty();
  }

  @Test
  void aNumberOfTheEnvironmentIsCappedWithoutAWarning() {
    Machine variable =
        new Machine(2, Optional.empty(), Map.of("OMP_NUM_THREADS", "9"), LINUX, false);
    ThreadChoice choice = choice("auto", "auto", variable);
    assertThat(choice.description()).startsWith("2 threads (9 as OMP_NUM_THREADS says, but 2");
    assertThat(choice.cap()).isEmpty();
  }

  @Test
  void whoSetTheNumberIsNamed() {
    Machine variable =
        new Machine(4, Optional.empty(), Map.of("OMP_NUM_THREADS", "3"), LINUX, false);
    assertThat(choice("auto", "auto", variable).description())
        .startsWith("3 threads (as OMP_NUM_THREADS says)");
    Machine both = new Machine(4, Optional.of("2"), Map.of("OMP_NUM_THREADS", "3"), LINUX, false);
    assertThat(choice("auto", "auto", both).description())
        .startsWith("2 threads (as ai.djl.pytorch.num_threads says)");
    assertThat(choice("1", "auto", both).description()).startsWith("1 thread (as set)");
    Machine list = new Machine(4, Optional.empty(), Map.of("OMP_NUM_THREADS", "4,2"), LINUX, false);
    assertThat(choice("auto", "auto", list).description()).startsWith("4 threads (auto: 4 cores)");
  }

  @Test
  void aWaitThatIsRefusedIsNotClaimed() {
    Optional<Refusal> refusal = Optional.of(new Refusal("it is too late", true));
    Machine late = new Machine(2, Optional.empty(), Map.of(), new Platform(refusal), true);
    ThreadChoice choice = choice("auto", "passive", late);
    assertThat(choice.description())
        .endsWith(", waiting as the engine does: it is too late")
        .doesNotContain("passive");
    assertThat(choice.refusal()).isEqualTo(refusal);
  }
}
