package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpinSettingTest {

  private final Map<String, String> set = new HashMap<>();

  @Test
  void autoSetsAShortSpin() {
    String words = SpinSetting.apply(ThreadWait.AUTO, Map.of(), set::put);
    assertThat(set).isEqualTo(Map.of("GOMP_SPINCOUNT", "100000"));
    assertThat(words).isEqualTo("waiting auto (spins 100000 turns, then sleeps)");
  }

  @Test
  void autoLeavesWhatTheUserHasSet() {
    String spin = SpinSetting.apply(ThreadWait.AUTO, Map.of("GOMP_SPINCOUNT", "7"), set::put);
    String policy = SpinSetting.apply(ThreadWait.AUTO, Map.of("OMP_WAIT_POLICY", "x"), set::put);
    assertThat(set).isEmpty();
    assertThat(spin).isEqualTo("waiting as the environment says, GOMP_SPINCOUNT=7");
    assertThat(policy).isEqualTo("waiting as the environment says, OMP_WAIT_POLICY=x");
  }

  @Test
  void aSettingGoesBeforeTheEnvironment() {
    SpinSetting.apply(ThreadWait.parse("12"), Map.of("GOMP_SPINCOUNT", "7"), set::put);
    SpinSetting.apply(ThreadWait.parse("passive"), Map.of("OMP_WAIT_POLICY", "x"), set::put);
    assertThat(set).isEqualTo(Map.of("GOMP_SPINCOUNT", "12", "OMP_WAIT_POLICY", "passive"));
  }

  @Test
  void aFailureIsSaidAndNotThrown() {
    String words =
        SpinSetting.apply(
            ThreadWait.AUTO,
            Map.of(),
            (name, value) -> {
              throw new UnsatisfiedLinkError("no C library");
            });
    assertThat(words)
        .isEqualTo("waiting as the engine's default says, as GOMP_SPINCOUNT could not be set");
  }

  @Test
  void theProcessSeesTheVariable() {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "setenv is used on Linux only");
    SpinSetting.setInProcess("L2S_SPIN_SETTING_TEST", "41");
    String seen =
        NativeLibrary.getInstance("c")
            .getFunction("getenv")
            .invokeString(new Object[] {"L2S_SPIN_SETTING_TEST"}, false);
    assertThat(seen).isEqualTo("41");
  }
}
