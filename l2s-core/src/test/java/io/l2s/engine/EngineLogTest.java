package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a user reads at INFO when the engine starts, which happens once in a process. */
class EngineLogTest {

  private static final String WARNING = "this may impact your inference latency";

  /** A process that starts the engine and prints a setting of DJL. */
  static final class Command {

    public static void main(String[] args) {
      NativeRuntime.start(false).close();
      System.out.println("afterwards " + System.getProperty("ai.djl.pytorch.graph_optimizer"));
    }
  }

  private static String run(String option) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-cp",
                System.getProperty("java.class.path"),
                Command.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return output;
  }

  @Test
  void nothingWarnsOfAnOptimizerThatIsOffWhereModelsRun() throws Exception {
    assertThat(run("-Dorg.slf4j.simpleLogger.defaultLogLevel=info"))
        .contains("Number of intra-op threads")
        .doesNotContain(WARNING)
        .contains("afterwards null");
  }

  @Test
  void aSettingOfTheApplicationIsKept() throws Exception {
    assertThat(run("-Dai.djl.pytorch.graph_optimizer=true"))
        .contains(WARNING)
        .contains("afterwards true");
  }
}
