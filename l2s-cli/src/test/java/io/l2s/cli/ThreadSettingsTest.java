package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.engine.NativeRuntime;
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
}
