package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A closed pipe or a full disk behind standard output is told, and never exit code 0. */
class LostOutputTest {

  private static final StandardInput NO_INPUT =
      new StandardInput(InputStream.nullInputStream(), () -> false);

  private static final OutputStream FULL =
      new OutputStream() {
        @Override
        public void write(int value) throws IOException {
          throw new IOException("No space left on device");
        }
      };

  @TempDir private Path directory;

  static Stream<List<String>> commandsThatPrint() {
    String checkpoint = FixtureBundle.hybrid().resolve("slm").toString();
    return Stream.of(
        List.of("--help"),
        List.of("--version"),
        List.of("train", "--help"),
        List.of("inspect", checkpoint),
        List.of(
            "shrink",
            "--llm",
            checkpoint,
            "--output",
            "OUTPUT",
            "--encoder-layers",
            "0",
            "--decoder-layers",
            "0"),
        List.of("quantize", "--checkpoint", checkpoint, "--output", "OUTPUT"),
        List.of("score", "--hypotheses", "TEXT", "--references", "TEXT"),
        List.of("score", "--hypotheses", "TEXT", "--references", "TEXT", "--json"),
        List.of("evaluate", "--llm", checkpoint, "--data", "PAIRS"),
        List.of("label", "--llm", checkpoint, "--data", "PAIRS", "--output", "LABELS.tsv"),
        List.of("generate", "--llm", checkpoint, "--max-new-tokens", "1", "Tea?"));
  }

  @ParameterizedTest
  @MethodSource("commandsThatPrint")
  void aCommandFailsWithAMessage(List<String> command) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int exitCode = L2sCli.run(args(command), NO_INPUT, FULL, err);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("cannot write to standard output: it was closed or is full");
    assertThat(exitCode).isEqualTo(1);
    // The same command works where its output arrives.
    assertThat(CliRun.of(args(command)).exitCode()).isZero();
  }

  @Test
  void wrongUsageStaysWrongUsage() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] args = {"inspect"};
    assertThat(L2sCli.run(args, NO_INPUT, FULL, err)).isEqualTo(2);
  }

  private String[] args(List<String> command) throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "Guten Tag.\n");
    Path pairs = Files.writeString(directory.resolve("pairs.tsv"), "Tea?\tTee?\n");
    Path output = Files.createTempDirectory(directory, "output");
    return command.stream()
        .map(
            each ->
                each.replace("OUTPUT", output.toString())
                    .replace("TEXT", text.toString())
                    .replace("PAIRS", pairs.toString())
                    .replace("LABELS", output.resolve("labels").toString()))
        .toArray(String[]::new);
  }
}
