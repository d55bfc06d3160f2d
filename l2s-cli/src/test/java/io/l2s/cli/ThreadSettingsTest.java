package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.engine.NativeRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ThreadSettingsTest {

  @Command(name = "l2s")
  private static final class Named {

    @Mixin private ThreadSettings threads;
  }

  @Test
  void warningsNameTheOptions() {
    Named named = new Named();
    new CommandLine(named).parseArgs();
    try (NativeRuntime runtime = named.threads.start()) {
      assertThat(runtime.threads().remedy())
          .isEqualTo("Give this JVM cores of its own, or change --threads or --wait");
    }
  }

  // The first engine of a JVM decides, so each has a JVM of its own.
  @Test
  void aNumberAboveTheCoresIsReportedOnceAndAnotherOneNotAtAll() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();

    assertThat(errorsOfGenerate("999"))
        .containsOnlyOnce("--threads=999 counts as " + cores + ": this JVM has " + cores + " core");
    assertThat(errorsOfGenerate("1")).doesNotContain("--threads");
  }

  private static String errorsOfGenerate(String threads) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                L2sCli.class.getName(),
                "generate",
                "--llm",
                FixtureBundle.llm().toString(),
                "--max-new-tokens",
                "1",
                "--threads",
                threads,
                "x")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(errors).isZero();
    return errors;
  }
}
