package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {

  @TempDir private Path directory;

  /** A process that makes temporary files, in a shutdown hook or not, and leaves them. */
  static final class Command {

    public static void main(String[] args) throws IOException {
      if (args[0].equals("hook")) {
        Runtime.getRuntime().addShutdownHook(new Thread(Command::makeAndDelete));
        return;
      }
      TemporaryFiles.file("l2s-", ".pt");
      Path copy = TemporaryFiles.fileNamed(Path.of("pairs.tsv"));
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.out.println("in a hook " + Files.exists(copy))));
    }

    private static void makeAndDelete() {
      try {
        Path file = TemporaryFiles.file("l2s-", ".pt");
        System.out.println("made " + Files.exists(file));
        TemporaryFiles.delete(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String outputOf(String how) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Command.class.getName(),
                how)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return output.strip();
  }

  @Test
  void filesThatAreLeftGoAfterTheShutdownHooks() throws Exception {
    assertThat(outputOf("usual")).isEqualTo("in a hook true");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aShutdownHookCanMakeATemporaryFile() throws Exception {
    assertThat(outputOf("hook")).isEqualTo("made true");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDirectoryGoesWithAllThatItHolds() throws Exception {
    Path made = TemporaryFiles.directory("l2s-busy-");
    Files.writeString(made.resolve("Loop.class"), "x");
    TemporaryFiles.delete(made);
    assertThat(made).doesNotExist();
    TemporaryFiles.delete(made);
  }
}
