package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEnvironmentTest {

  private static final String VARIABLE = "L2S_PROCESS_ENVIRONMENT_TEST";

  @TempDir private Path directory;

  private ProcessEnvironment linux(String... loaded) throws IOException {
    return new ProcessEnvironment(
        "Linux", Files.write(directory.resolve("maps"), List.of(loaded)), true);
  }

  private static String seen() {
    return NativeLibrary.getInstance("c")
        .getFunction("getenv")
        .invokeString(new Object[] {VARIABLE}, false);
  }

  private static void assumeLinux() {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "setenv is used on Linux only");
  }

  @Test
  void theProcessSeesTheVariable() throws IOException {
    assumeLinux();
    ProcessEnvironment environment = linux("7f00-7f01 r-xp 0 00:00 1 /usr/lib/libc.so.6");
    assertThat(environment.refusal()).isEmpty();
    environment.unchanged().set(VARIABLE, "40");
    assertThat(seen()).isNull();
    environment.set(VARIABLE, "41");
    assertThat(seen()).isEqualTo("41");
  }

  @Test
  void anEngineThatIsLoadedHasReadItsVariables() throws IOException {
    assertThat(linux("7f00-7f01 r-xp 0 00:00 1 /tmp/cache/libtorch_cpu.so").refusal())
        .hasValue(
            new SpinSetting.Refusal(
                "other code in this JVM has loaded the engine before l2s", true));
  }

  @Test
  void theEngineOfThisJvmIsSeen() {
    assumeLinux();
    try (NativeRuntime runtime = NativeRuntime.start(false)) {
      assertThat(ProcessEnvironment.current().refusal())
          .get()
          .extracting(SpinSetting.Refusal::why)
          .asString()
          .contains("has loaded the engine");
    }
  }

  @Test
  void otherSystemsRefuseWithoutAnAlarm() {
    assertThat(new ProcessEnvironment("Mac OS X", directory.resolve("none"), true).refusal())
        .hasValue(new SpinSetting.Refusal("l2s sets a wait on Linux only", false));
  }
}
