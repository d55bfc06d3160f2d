package io.l2s.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRunTest {

  @TempDir private Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aPlaceThatCannotBeWrittenIsNamedWithoutAStackTrace() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(run("--jar=" + file, "--out=" + file.resolve("below"))).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("--out " + file.resolve("below") + " cannot be written: ")
        .hasLineCount(1);
  }

  @Test
  void aSampleThatDoesNotStartIsNamedWithItsLog() throws Exception {
    Path notAJar = Files.writeString(directory.resolve("sample.jar"), "no jar");

    assertThat(run("--jar=" + notAJar, "--out=" + directory.resolve("out"))).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("the sample does not start; see " + directory.resolve("out/sample.log"))
        .hasLineCount(1);
  }

  private int run(String... arguments) throws Exception {
    return LoadRun.run(arguments, new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
