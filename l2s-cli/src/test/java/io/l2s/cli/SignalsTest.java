package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.checkpoint.OutputDirectory;
import io.l2s.checkpoint.TemporaryFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own that a signal ends while it writes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no such signals")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SignalsTest {

  @TempDir private Path directory;

  // A build behind nohup, or in the background, ignores HUP and INT, and so would the process.
  @Test
  void sigtermLeavesItsExitCodeAndNothingHalfWritten() throws Exception {
    Path output = directory.resolve("output");
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Process process =
        command(temporary, Child.class, output.toString()).redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader()) {
      process.getOutputStream().write('\n');
      process.getOutputStream().close();
      assertThat(out.readLine()).isEqualTo("writing");
      assertThat(output.resolve("slm/model.safetensors")).exists();

      process.toHandle().destroy();

      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(out.readLine()).isNull();
      assertThat(output).doesNotExist();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left).noneMatch(each -> each.getFileName().toString().startsWith("l2s-"));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void busyNeighborsThatStillStartEndWithoutAWord() throws Exception {
    // A pipe would be closed with the command, and lose what the neighbors write after it.
    Path output = directory.resolve("output");
    Process process =
        command(directory, Benchmark.class)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      while (process.children().findAny().isEmpty()) {
        assertThat(process.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      List<ProcessHandle> neighbors = process.descendants().toList();

      process.toHandle().destroy();

      assertThat(process.waitFor()).isEqualTo(143);
      for (ProcessHandle neighbor : neighbors) {
        neighbor.onExit().get();
      }
      assertThat(output).isEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }

  private static ProcessBuilder command(Path temporary, Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** A command that starts neighbors. */
  static final class Benchmark {

    static final int NEIGHBORS = 8;

    public static void main(String[] args) throws InterruptedException {
      Signals.handle();
      try (BusyNeighbors neighbors = BusyNeighbors.start(NEIGHBORS)) {
        new CountDownLatch(1).await();
      }
    }
  }

  /** A command in the middle of its output. */
  static final class Child {

    public static void main(String[] args) {
      Signals.handle();
      RereadableFile.of(Path.of("/dev/stdin"));
      makeTemporaryFiles();
      Path output = Path.of(args[0]);
      OutputDirectory.fill(
          output, () -> OutputDirectory.fill(output.resolve("slm"), () -> write(output)));
    }

    private static void makeTemporaryFiles() {
      try {
        TemporaryFiles.file("l2s-", ".pt");
        Files.writeString(TemporaryFiles.directory("l2s-busy-").resolve("Loop.class"), "x");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static int write(Path output) throws IOException {
      Files.writeString(output.resolve("slm/model.safetensors"), "half");
      System.out.println("writing");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return 0;
    }
  }
}
