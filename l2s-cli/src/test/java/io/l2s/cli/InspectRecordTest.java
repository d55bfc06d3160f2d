package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.l2s.checkpoint.BundleManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  void theWeightsOfABundleAreHashedOnceForDigestsRecordAndChecks() throws IOException {
    Path bundle = bundleWithDigests();

    Map<Path, Long> read =
        ReadBytes.during(
            () ->
                assertThat(CliRun.of("inspect", "--record-int8", bundle.toString()).exitCode())
                    .isZero(),
            directory);

    for (String model : List.of("llm", "slm")) {
      Path weights = bundle.resolve(model).resolve("model.safetensors");
      assertThat(bundle.resolve(model).resolve(RECORD)).exists();
      // The values are read once more, and the header some more times.
      assertThat(read.get(weights)).isBetween(2 * Files.size(weights), 3 * Files.size(weights) - 1);
    }
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
    return copy(FixtureBundle.llm(), directory.resolve("llm"));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private Path bundleWithDigests() throws IOException {
    List<Path> weights =
        List.of(
            llm().resolve("model.safetensors"),
            copy(FixtureBundle.hybrid().resolve("slm"), directory.resolve("slm"))
                .resolve("model.safetensors"));
    JsonObject changes = new JsonObject();
    changes.addProperty("llm", "llm");
    changes.addProperty("slm", "slm");
    changes.add(BundleManifest.SHA256, BundleManifest.digests(directory, weights, ""));
    return FixtureBundle.write(directory, changes);
  }
}
