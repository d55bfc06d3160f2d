package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.engine.SpinSetting.Outcome;
import io.l2s.engine.SpinSetting.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpinSettingTest {

  private static final List<Map<String, String>> USERS_OWN =
      List.of(
          Map.of(),
          Map.of("GOMP_SPINCOUNT", "7"),
          Map.of("OMP_WAIT_POLICY", "active"),
          Map.of("OMP_WAIT_POLICY", "passive"),
          Map.of("GOMP_SPINCOUNT", "7", "OMP_WAIT_POLICY", "active"));

  private final Map<String, String> set = new HashMap<>();
  private Optional<Refusal> refusal = Optional.empty();

  private final SpinSetting.Environment environment =
      new SpinSetting.Environment() {
        @Override
        public Optional<Refusal> refusal() {
          return refusal;
        }

        @Override
        public void set(String name, String value) {
          set.put(name, value);
        }
      };

  private Outcome apply(String wait, Map<String, String> present) {
    return SpinSetting.apply(ThreadWait.parse(wait), present, environment);
  }

  @Test
  void autoSetsAShortSpin() {
    Outcome outcome = apply("auto", Map.of());
    assertThat(set).isEqualTo(Map.of("GOMP_SPINCOUNT", "100000"));
    assertThat(outcome.words()).isEqualTo("waiting auto (spins 100000 turns, then sleeps)");
  }

  @Test
  void autoLeavesWhatTheUserHasSet() {
    USERS_OWN.stream().skip(1).forEach(present -> apply("auto", present));
    assertThat(set).isEmpty();
    assertThat(apply("auto", Map.of("OMP_WAIT_POLICY", "x")).words())
        .isEqualTo("waiting as the environment says, OMP_WAIT_POLICY=x");
    assertThat(apply("auto", USERS_OWN.get(4)).words())
        .as("the one that libgomp obeys")
        .isEqualTo("waiting as the environment says, GOMP_SPINCOUNT=7");
  }

  @ParameterizedTest
  @CsvSource({
    "active, INFINITY, waiting active (spins)",
    "passive, 0, waiting passive (sleeps)",
    "12, 12, 'waiting (spins 12 turns, then sleeps)'",
    "0, 0, 'waiting (spins 0 turns, then sleeps)'"
  })
  void aWaitThatWasAskedForGoesBeforeBothVariables(String wait, String value, String words) {
    for (Map<String, String> present : USERS_OWN) {
      set.clear();
      assertThat(apply(wait, present)).isEqualTo(new Outcome(words, Optional.empty()));
      assertThat(set).as("beside %s", present).isEqualTo(Map.of("GOMP_SPINCOUNT", value));
    }
  }

  @Test
  void nothingIsClaimedWhereThePlatformRefuses() {
    refusal = Optional.of(new Refusal("there is no C library", true));
    for (String wait : List.of("auto", "active", "passive", "12")) {
      assertThat(apply(wait, Map.of()))
          .isEqualTo(new Outcome("waiting as the engine does: there is no C library", refusal));
    }
    assertThat(apply("passive", Map.of("GOMP_SPINCOUNT", "7")).words())
        .isEqualTo("waiting as the environment says, GOMP_SPINCOUNT=7: there is no C library");
    assertThat(apply("auto", Map.of("GOMP_SPINCOUNT", "7")).refusal()).isEmpty();
    assertThat(set).isEmpty();
  }

  @Test
  void aFailureIsSaidAndNotThrown() {
    Outcome outcome =
        SpinSetting.apply(
            ThreadWait.AUTO,
            Map.of(),
            new SpinSetting.Environment() {
              @Override
              public Optional<Refusal> refusal() {
                return Optional.empty();
              }

              @Override
              public void set(String name, String value) {
                throw new IllegalStateException("no memory left");
              }
            });
    assertThat(outcome.words()).isEqualTo("waiting as the engine does: no memory left");
    assertThat(outcome.refusal()).isPresent();
  }
}
