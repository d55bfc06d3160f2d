package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeCommandTest {

  @TempDir private Path directory;

  @Test
  void aQuantizedBundleAnswersAsTheOriginalDoesInInt8() throws IOException {
    String bundle = FixtureBundle.write(directory).toString();
    String stored = directory.resolve("int8").toString();

    CliRun run = CliRun.of("quantize", "--bundle", bundle, "--output", stored);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(stored + ": ")
        .contains(directory.resolve("int8/slm") + ": all products are stored in int8");
    String prompt = FixtureBundle.cases(FixtureBundle.hybrid()).get(0).text();
    assertThat(CliRun.of("generate", "--bundle", stored, prompt).out())
        .isEqualTo(CliRun.of("generate", "--bundle", bundle, "--precision", "int8", prompt).out());
    assertThat(CliRun.of("inspect", stored).out())
        .contains("I8=")
        .contains("precision auto on this processor: int8")
        .contains("all products are stored in int8")
        .containsPattern("digests +\\d+ verified");
  }

  @Test
  void aChangedFileOfAQuantizedBundleIsRefused() throws IOException {
    String bundle = FixtureBundle.write(directory).toString();
    Path stored = directory.resolve("int8");
    CliRun.of("quantize", "--bundle", bundle, "--output", stored.toString());
    Files.writeString(stored.resolve("slm").resolve("config.json"), "{}");

    CliRun run = CliRun.of("generate", "--bundle", stored.toString(), "x");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("slm/config.json has the digest");
  }

  @Test
  void aBundleStoredInInt8IsRefusedBeforeAnythingIsWritten() throws IOException {
    String bundle = FixtureBundle.write(directory).toString();
    String stored = directory.resolve("int8").toString();
    Path again = directory.resolve("again");
    CliRun.of("quantize", "--bundle", bundle, "--output", stored);

    CliRun run = CliRun.of("quantize", "--bundle", stored, "--output", again.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("the weights are stored in int8 already").doesNotContain("f32");
    assertThat(again).doesNotExist();
  }

  @Test
  void anOutputInUseIsRefused() throws IOException {
    Files.writeString(directory.resolve("x"), "x");

    CliRun run =
        CliRun.of(
            "quantize",
            "--checkpoint",
            FixtureBundle.llm().toString(),
            "--output",
            directory.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("must not exist or be empty");
  }
}
