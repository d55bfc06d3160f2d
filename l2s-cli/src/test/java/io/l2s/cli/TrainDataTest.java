package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pairs that {@code l2s train} reads. */
class TrainDataTest {

  @TempDir private Path directory;
  private Path data;
  private Path output;

  @BeforeEach
  void writePairs() throws IOException {
    data = TrainingRuns.writePairs(directory);
    output = directory.resolve("pair");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one column only | line 2",
        "'' | line 2",
      })
  void badRowIsNamedByItsLine(String row, String message) throws IOException {
    Files.writeString(data, "Hello.\tHallo.\n" + row + "\n");
    CliRun run = train("--steps", "2");
    assertThat(run.err()).contains("pairs.tsv").contains(message);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aRowBeyondTheLongestLengthIsNamed() {
    CliRun run = train("--steps", "2", "--max-length", "5");
    assertThat(run.err()).contains("pairs.tsv, line 1: the prompt must have at most 5 tokens");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void severalFilesOfDifferentFormsAreReadWithTheirWeights() throws IOException {
    Path objects = directory.resolve("more.jsonl");
    Files.writeString(objects, "{\"text\": \"Good night.\", \"title\": \"Gute Nacht.\"}\n");
    CliRun run =
        train(
            "--steps",
            "2",
            "--data",
            objects + "=2.5",
            "--source-field",
            "text",
            "--target-field",
            "title");
    assertThat(run.err()).contains("4 pairs, 3 to validate");
    assertThat(run.exitCode()).isZero();
    assertThat(output.resolve("l2s.json")).content().contains("pairs.tsv, more.jsonl x 2.5");
  }

  @Test
  void aWeightThatIsNoWeightIsNamed() {
    CliRun run = train("--steps", "2", "--data", "more.tsv=0");
    assertThat(run.err()).contains("weight of more.tsv must be greater than 0");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void aFileWithAnEqualsSignInItsNameIsRead() throws IOException {
    Path odd = Files.copy(data, directory.resolve("run=3"));
    CliRun run = train("--steps", "1", "--data", odd + "=1", "--data", odd + ".missing");
    assertThat(run.err()).contains("run=3.missing: does not exist");
    assertThat(train("--steps", "1", "--data", odd + "=1").err())
        .contains("6 pairs, 3 to validate");
  }

  private CliRun train(String... more) {
    return TrainingRuns.train(data, output, more);
  }
}
