package io.l2s.cli;

import static io.l2s.cli.EvaluationRuns.assertFailure;
import static io.l2s.cli.EvaluationRuns.evaluateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that {@code l2s evaluate} writes. */
class EvaluateOutputsTest {

  @TempDir private Path directory;
  private String bundle;
  private Path data;

  @BeforeEach
  void writeBundleAndData() throws IOException {
    bundle = FixtureBundle.write(directory).toString();
    data = EvaluationRuns.writeData(directory);
  }

  @Test
  void tablesAndPlotAreWrittenToFiles() throws IOException {
    Path markdown = directory.resolve("scores.md");
    Path svg = directory.resolve("scores.svg");

    CliRun run = evaluate("--markdown", markdown.toString(), "--plot", svg.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(markdown).content().contains("| hybrid |", "| llm-only |");
    assertThat(svg).content().contains("<svg", "<path");
  }

  @Test
  void aPlotOfUnknownFormIsRefusedBeforeAnythingIsMeasured() {
    assertFailure(evaluate("--plot", "scores.pdf"), "scores.pdf: a plot's file must end in .svg");
  }

  @Test
  void filesThatCannotBeWrittenAreAllToldBeforeAnyModelIsLoaded() throws IOException {
    bundle = "missing-bundle";
    Path nowhere = directory.resolve("missing");
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("precious"), "");

    CliRun run =
        evaluate(
            "--json",
            nowhere.resolve("s.json").toString(),
            "--markdown",
            full.toString(),
            "--plot",
            data.resolve("s.pdf").toString(),
            "--answers",
            full.toString());

    assertFailure(run, nowhere.resolve("s.json") + ": the directory " + nowhere);
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("missing", "target"));
    assertFailure(
        evaluate("--json", link.toString()),
        link + ": the directory " + directory.resolve("missing") + " does not exist");
    assertFailure(evaluate("--answers", data.toString()), data + ": is no directory; name another");
    assertThat(run.err())
        .contains(full + ": is a directory; name a file")
        .contains(data.resolve("s.pdf") + ": the directory " + data + " does not exist")
        .contains(full + ": is not empty; name another directory")
        .contains("s.pdf: a plot's file must end in .svg or .png")
        .doesNotContain("missing-bundle");
  }

  @Test
  void whatFailsToBeWrittenKeepsNothingElseFromBeingWritten() throws IOException {
    // A device without room looks writable.
    assumeThat(Path.of("/dev/full")).exists();
    Path refused = Files.createSymbolicLink(directory.resolve("a"), Path.of("/dev/full"));
    Path markdown = directory.resolve("scores.md");

    CliRun run = evaluate("--json", refused.toString(), "--markdown", markdown.toString());

    assertThat(run.err()).contains("cannot write " + refused).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(markdown).exists();
    assertThat(run.out()).contains("hybrid");
  }

  @Test
  void scoreFindsTheSameFiguresInTheAnswers() throws IOException {
    Path json = directory.resolve("scores.json");
    Path answers = directory.resolve("answers");
    String metrics = "bleu,chrf,ter,rouge,exact";

    CliRun run =
        evaluate("--metrics", metrics, "--json", json.toString(), "--answers", answers.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(answers.resolve("sources.txt")).hasContent("I met him the other day.\nHello.\n");
    assertThat(answers.resolve("references.2.txt")).content().endsWith("getroffen.\n\n");
    CliRun scored =
        CliRun.of(
            "score",
            "--hypotheses",
            answers.resolve("hybrid.txt").toString(),
            "--compare",
            answers.resolve("llm-only.txt").toString(),
            "--references",
            answers.resolve("references.1.txt").toString(),
            "--references",
            answers.resolve("references.2.txt").toString(),
            "--metrics",
            metrics,
            "--json");
    JsonObject evaluated = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    JsonArray expected =
        evaluated.getAsJsonArray("routes").get(0).getAsJsonObject().getAsJsonArray("metrics");
    JsonArray differences =
        evaluated.getAsJsonArray("comparisons").get(0).getAsJsonObject().getAsJsonArray("metrics");
    JsonArray found =
        JsonParser.parseString(scored.out()).getAsJsonObject().getAsJsonArray("metrics");
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      JsonObject metric = found.get(i).getAsJsonObject();
      for (String field : List.of("name", "signature", "score", "interval")) {
        assertThat(metric.get(field)).isEqualTo(expected.get(i).getAsJsonObject().get(field));
      }
      // There the second file is counted from the first, here the hybrid from the baseline.
      assertThat(metric.get("difference").getAsDouble())
          .isEqualTo(-differences.get(i).getAsJsonObject().get("difference").getAsDouble());
      assertThat(metric.get("p_value"))
          .isEqualTo(differences.get(i).getAsJsonObject().get("p_value"));
    }
  }

  private CliRun evaluate(String... more) {
    return evaluateOf("--bundle", bundle, data, more);
  }
}
