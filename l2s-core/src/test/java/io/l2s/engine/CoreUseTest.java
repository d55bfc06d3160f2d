package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l2s.engine.CoreUse.OtherUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreUseTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "2, 0.0, 2.0, 2",
    "2, 0.8, 0.5, 2", // a part of a core
    "2, 0.95, 0.5, 1", // a whole one
    "2, 0.66, 1.33, 1", // one that it has to share with us
    "2, 0.4, 1.6, 2",
    "2, 2.0, 0.0, 1",
    "8, 2.0, 6.0, 6",
    "8, 2.8, 1.0, 6"
  })
  void wholeCoresThatOthersUseAreTaken(int cores, double used, double own, int free) {
    assertThat(new OtherUse(cores, used, own).free()).isEqualTo(free);
  }

  @Test
  void nothingIsKnownWithoutTheSystemsFigures() {
    CoreUse blind = new CoreUse(List::of, CpuList.parse("0-1"), () -> 0);
    assertThat(blind.isKnown()).isFalse();
    assertThat(blind.since(0)).isEmpty();
    assertThat(blind.since(1_000_000_000)).isEmpty();
    CoreUse noOwnTime = new CoreUse(() -> List.of("cpu0 1 1 1 1 1"), CpuList.parse("0"), () -> -1);
    assertThat(noOwnTime.isKnown()).isFalse();
  }

  @Test
  void ownTimeIsReadBehindAnyName() throws IOException {
    Path stat = directory.resolve("stat");
    Files.writeString(stat, "7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 9 9 20 0 30 0 1\n");
    assertThat(CoreUse.cpuNanos(stat)).isEqualTo(2_000_000_000L);
    Files.writeString(stat, "7 (java) S 1");
    assertThat(CoreUse.cpuNanos(stat)).isEqualTo(-1);
    assertThat(CoreUse.cpuNanos(directory.resolve("missing"))).isEqualTo(-1);
  }

  @Test
  @Timeout(60)
  void theRealFiguresShowThisProcessAtWork() {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "/proc is Linux'");
    CoreUse use = CoreUse.ofThisProcess();
    assertThat(use.isKnown()).isTrue();
    assertThat(use.since(System.nanoTime())).as("the first look").isEmpty();
    Optional<OtherUse> seen = Optional.empty();
    while (seen.isEmpty() || seen.get().own() == 0) {
      seen = use.since(System.nanoTime());
    }
    assertThat(seen.get().cores()).isPositive();
    assertThat(seen.get().used()).isBetween(0.0, seen.get().cores() + 1.0);
  }
}
