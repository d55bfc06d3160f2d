package io.l2s.samples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The command as a user types it. */
class TranslateCommandTests {

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path input;

  @BeforeEach
  void writeInput() throws IOException {
    input = directory.resolve("in.csv");
    Files.writeString(input, "id,english\n1,Thank you.\n2,\n");
  }

  @Test
  void reportsRowsInAndOut() {
    int exitCode = run("--text-column", "english", "--precision", "f32");

    assertThat(exitCode).isZero();
    assertThat(out.toString())
        .startsWith("2 rows in = 1 translated + 1 rejected (EMPTY 1); ")
        .contains(" rows/s");
    assertThat(directory.resolve("out/_SUCCESS")).exists();
    assertThat(directory.resolve("out-rejected/_SUCCESS")).exists();
    assertThat(directory.resolve("out._staging")).doesNotExist();
  }

  @Test
  void namesEachWrongArgumentAndItsRemedy() {
    assertThat(refusal("--text-column", "english", "--precision", "int4"))
        .contains("--precision", "must be auto, f32, bf16, int8, but was 'int4'");
    assertThat(refusal("--text-column", "english", "--batch-size", "0"))
        .contains("--batch-size must be between 1 and 1024, but was 0");
    assertThat(refusal("--text-column", "english", "--threads", "none"))
        .contains("--threads must be auto or a number between 1 and 1024, but was 'none'");
    assertThat(refusal("--text-column", "english", "--bundle", "missing"))
        .contains("--bundle missing is no directory; name the one that has l2s.json");
    assertThat(refusal("--text-column", "english", "--master", "nowhere"))
        .contains("--master nowhere", "spark://HOST:PORT");
    assertThat(refusal()).contains("Missing required option: '--text-column=NAME'");
  }

  @Test
  void namesTheColumnsOfTheInput() {
    assertThat(refusal("--text-column", "german"))
        .contains("--text-column german is not in --input", "its columns are id, english");
  }

  @Test
  void namesAMissingInput() {
    input = directory.resolve("missing.csv");

    assertThat(refusal("--text-column", "english"))
        .contains("--input " + input + " cannot be read as csv", "does not exist");
  }

  @Test
  void asksForTheFormatWhereNoNameSaysIt() {
    input = directory;

    assertThat(refusal("--text-column", "english"))
        .contains("does not end with .csv, .csv.gz or .parquet; add --input-format");
  }

  @Test
  void refusesAColumnOfTheSameName() {
    assertThat(refusal("--text-column", "english", "--output-column", "id"))
        .contains("--input has id already", "another --output-column");
  }

  @Test
  void keepsAnOutputThatExists() throws IOException {
    Path old = Files.createDirectory(directory.resolve("out")).resolve("old.txt");
    Files.writeString(old, "old");

    assertThat(refusal("--text-column", "english"))
        .contains("--output", "exists already; name another directory or add --overwrite");
    assertThat(old).exists();
  }

  @Test
  void neverOverwritesTheInput() throws IOException {
    Path out = Files.createDirectory(directory.resolve("out"));
    input = Files.move(input, out.resolve("in.csv"));

    assertThat(refusal("--text-column", "english", "--overwrite"))
        .contains("--output " + out + " holds " + input + "; name a directory of its own");
    assertThat(input).exists();
  }

  @Test
  void readmeHasEveryOption() throws IOException {
    String readme = Files.readString(Path.of("samples/spark-batch/README.md"));

    assertThat(TranslateCommand.commandLine().getCommandSpec().options())
        .extracting(OptionSpec::longestName)
        .allSatisfy(name -> assertThat(readme).contains("`" + name));
  }

  /** The message of arguments that are refused. */
  private String refusal(String... more) {
    err.getBuffer().setLength(0);
    assertThat(run(more)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(directory.resolve("out-rejected")).doesNotExist();
    assertThat(err.toString()).contains("spark-batch: ").endsWith("(see --help)\n");
    return err.toString();
  }

  private int run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--input", input.toString(), "--output", directory.resolve("out").toString()));
    args.addAll(List.of(more));
    return TranslateCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(String[]::new));
  }
}
