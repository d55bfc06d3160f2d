package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l2s inspect --record-int8} stores what int8 changes. */
class InspectRecordTest {

  private static final String RECORD = "l2s-int8.json";

  @TempDir private Path directory;

  @Test
  void theRecordLiesBesideTheWeights() throws IOException {
    Path llm = llm();

    CliRun run = CliRun.of("inspect", "--record-int8", llm.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("recorded +.*llm: int8 changes the products by at most");
    assertThat(llm.resolve(RECORD)).exists();
  }

  @Test
  void aDirectoryWithoutAModelIsAProblem() {
    CliRun run = CliRun.of("inspect", "--record-int8", directory.toString());

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).contains("PROBLEM", directory.toString());
    assertThat(directory.resolve(RECORD)).doesNotExist();
  }

  @Test
  void aRecordThatLoadingRefusesIsAProblem() throws IOException {
    Path llm = llm();
    Files.writeString(llm.resolve(RECORD), "{\"format\": 1, \"largestLoss\": -1, \"sha256\": {}}");
    List<String> generate =
        List.of("generate", "--llm", llm.toString(), "--precision", "int8", "a prompt");

    CliRun loaded = CliRun.of(generate.toArray(String[]::new));
    assertThat(loaded.exitCode()).isOne();
    assertThat(loaded.err()).contains(RECORD, "largestLoss", "-1");

    CliRun inspected = CliRun.of("inspect", llm.toString());
    assertThat(inspected.exitCode()).isOne();
    assertThat(inspected.out()).contains("PROBLEM", RECORD, "largestLoss", "-1");

    Files.delete(llm.resolve(RECORD));
    assertThat(CliRun.of(generate.toArray(String[]::new)).exitCode()).isZero();
  }

  private Path llm() throws IOException {
    Path llm = Files.createDirectory(directory.resolve("llm"));
    try (Stream<Path> files = Files.list(FixtureBundle.llm())) {
      for (Path file : files.toList()) {
        Files.copy(file, llm.resolve(file.getFileName()));
      }
    }
    return llm;
  }
}
