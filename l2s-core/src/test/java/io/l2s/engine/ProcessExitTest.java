package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessExitTest {

  private static final String HOOK = "the shutdown hook has run";

  /** Printed by an exit function that was there before, as the engine's destructors are. */
  private static final String DESTRUCTOR = "an earlier exit function has run";

  private record Ended(int exitCode, String output) {}

  /** A process that starts the engine or not, and ends as its argument says. */
  static final class Command {

    private static final int EXIT_CODE = 3;

    private static final int EARLIER_EXIT_CODE = 143;

    public static void main(String[] args) {
      NativeLibrary libc = NativeLibrary.getInstance("c");
      Pointer line = new Memory(100);
      line.setString(0, DESTRUCTOR);
      libc.getFunction("__cxa_atexit")
          .invokeInt(new Object[] {libc.getFunction("puts"), line, Pointer.NULL});
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(HOOK)));
      if (args[1].equals("engine")) {
        NativeRuntime.start(false).close();
      }
      if (args[0].equals("late")) {
        exitInAnotherThread();
      }
      if (args[0].equals("usual")) {
        System.exit(EXIT_CODE);
      }
      ProcessExit.exit(EXIT_CODE);
    }

    /** Its exit goes on when the caller of this method waits in an exit of its own. */
    private static void exitInAnotherThread() {
      Thread late = Thread.currentThread();
      CountDownLatch exiting = new CountDownLatch(1);
      Thread hook =
          new Thread(
              () -> {
                exiting.countDown();
                while (!isExiting(late)) {
                  Thread.onSpinWait();
                }
              });
      Runtime.getRuntime().addShutdownHook(hook);
      new Thread(() -> System.exit(EARLIER_EXIT_CODE)).start();
      try {
        exiting.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static boolean isExiting(Thread thread) {
      return Arrays.stream(thread.getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
    }
  }

  private static Ended run(String... args) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Command.class.getName(),
            args[0],
            args[1]);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  @BeforeEach
  void assumeGlibc() {
    assumeTrue(
        Platform.isLinux() && !Files.exists(Path.of("/etc/alpine-release")),
        "only glibc has on_exit");
  }

  @Test
  void shutdownHooksRunAndTheEnginesDestructorsDoNot() throws Exception {
    Ended ended = run("fast", "engine");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.output()).contains(HOOK).doesNotContain(DESTRUCTOR);
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void theExitThatASignalHasBegunKeepsItsCode() throws Exception {
    Ended ended = run("late", "engine");
    assertThat(ended.exitCode()).isEqualTo(143);
    assertThat(ended.output()).contains(HOOK).doesNotContain(DESTRUCTOR);
  }

  @Test
  void aProcessWithoutTheEngineEndsAsAnyOther() throws Exception {
    Ended ended = run("fast", "none");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.output()).contains(HOOK, DESTRUCTOR);
  }

  @Test
  void javasOwnExitRunsTheDestructors() throws Exception {
    Ended ended = run("usual", "engine");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.output()).contains(HOOK, DESTRUCTOR);
  }
}
