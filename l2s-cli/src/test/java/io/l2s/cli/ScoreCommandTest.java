package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

  private static final String ALL = "bleu,chrf,chrf++,ter,rouge,exact";

  @TempDir private Path directory;
  private Path answers;
  private Path references;

  @BeforeEach
  void writeFiles() throws IOException {
    answers = write("answers.txt", "The cat sat on the mat.\nIt's 5 o'clock here now.\n\n");
    references =
        write("references.txt", "The cat sat on a mat.\nIt is now 5 o'clock here.\nNothing.\n");
  }

  @Test
  void theTableHasALineForEachMetricAskedFor() {
    CliRun run = score("--metrics", ALL);

    // What sacrebleu 2.6.0 and rouge-score 0.1.2 say of these lines.
    assertThat(run.out())
        .contains("hypotheses  " + answers, "references  " + references, "segments    3")
        .containsPattern("BLEU +30\\.57 +nrefs:1\\|case:mixed\\|eff:no\\|tok:13a\\|smooth:exp\n")
        .containsPattern("chrF2 +58\\.51 +nrefs:1")
        .containsPattern("chrF2\\+\\+ +58\\.78 +nrefs:1")
        .containsPattern("TER +53\\.85 +nrefs:1")
        .containsPattern("rouge1 +56\\.35 +nrefs:1")
        .containsPattern("rouge2 +36\\.67 +nrefs:1")
        .containsPattern("rougeL +51\\.59 +nrefs:1")
        .containsPattern("rougeLsum +51\\.59 +nrefs:1")
        .containsPattern("exact +0\\.00 +nrefs:1")
        .contains("TER is an error rate: lower is better.");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void withoutMetricsItIsBleuAndChrF() {
    assertThat(names(json())).containsExactly("BLEU", "chrF2");
  }

  @Test
  void theJsonHoldsTheSameFiguresUnrounded() {
    JsonObject report = json("--metrics", "ter,TER");

    assertThat(names(report)).containsExactly("TER");
    JsonObject ter = metric(report, "TER");
    assertThat(ter.get("score").getAsDouble()).isCloseTo(53.84615384615385, within(1e-9));
    assertThat(ter.get("higher_is_better").getAsBoolean()).isFalse();
    assertThat(ter.has("interval")).isFalse();
    assertThat(report.get("segments").getAsInt()).isEqualTo(3);
  }

  @Test
  void aFurtherFileGivesEachLineAFurtherReference() throws IOException {
    Path more = write("more.txt", "A mat.\nIt's 5 o'clock here now.\nNone.\n");

    JsonObject report = json("--metrics", "exact", "--references", more.toString());

    assertThat(metric(report, "exact").get("score").getAsDouble())
        .isCloseTo(100 / 3.0, within(1e-9));
    assertThat(metric(report, "exact").get("signature").getAsString()).startsWith("nrefs:2|");
  }

  @Test
  void anEmptyLineAmongSeveralReferencesIsNone() throws IOException {
    Path further = write("further.txt", "\n\nMore.\n");

    JsonObject report = json("--references", further.toString(), "--metrics", "ter");

    JsonObject ter = metric(report, "TER");
    assertThat(ter.get("signature").getAsString()).startsWith("nrefs:var|");
    // Of 6, 6 and 1 words in the references; an empty one would count for half of its line.
    assertThat(ter.get("score").getAsDouble())
        .isCloseTo(
            metric(json("--metrics", "ter"), "TER").get("score").getAsDouble(), within(1e-9));
  }

  @Test
  void gzipFilesAreRead() throws IOException {
    Path compressed = directory.resolve("answers.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      out.write(Files.readAllBytes(answers));
    }
    JsonObject plain = json("--metrics", "chrf++");
    answers = compressed;

    assertThat(json("--metrics", "chrf++").get("metrics")).isEqualTo(plain.get("metrics"));
  }

  @Test
  void bootstrapAddsTheInterval() {
    JsonObject report = json("--bootstrap", "200");

    JsonObject interval = metric(report, "BLEU").getAsJsonObject("interval");
    assertThat(interval.get("low").getAsDouble()).isLessThan(interval.get("high").getAsDouble());
    assertThat(report.get("bootstrap_samples").getAsInt()).isEqualTo(200);
    assertThat(score("--bootstrap", "200").out())
        .contains("200 samples, seed 12345")
        .containsPattern("chrF2 +\\d+\\.\\d\\d ± +\\d+\\.\\d\\d +nrefs");
  }

  @Test
  void compareTellsTheDifferenceAndItsChance() throws IOException {
    Path better = Files.copy(references, directory.resolve("better.txt"));

    JsonObject report = json("--compare", better.toString(), "--metrics", "chrf");
    JsonObject chrF = metric(report, "chrF2");

    assertThat(chrF.get("compared_score").getAsDouble()).isEqualTo(100);
    assertThat(chrF.get("difference").getAsDouble())
        .isEqualTo(100 - chrF.get("score").getAsDouble());
    assertThat(chrF.get("p_value").getAsDouble()).isBetween(1 / 1001.0, 1.0);
    assertThat(report.get("bootstrap_samples").getAsInt()).isEqualTo(1000);
    assertThat(score("--compare", better.toString()).out())
        .contains("compared    " + better)
        .containsPattern("chrF2 +.* 100\\.00 ± +0\\.00 +\\+\\d+\\.\\d\\d +[01]\\.\\d{4} +nrefs");
  }

  @Test
  void filesOfUnequalLengthAreNamedWithTheirCounts() throws IOException {
    Path shorter = write("short.txt", "One.\nTwo.\n");

    assertFailure(
        score("--references", shorter.toString()),
        answers + " has 3 lines, but " + shorter + " has 2");
    assertFailure(
        score("--compare", shorter.toString()),
        answers + " has 3 lines, but " + shorter + " has 2");
  }

  @Test
  void aMissingFileIsNamed() {
    assertFailure(
        score("--references", directory.resolve("none.txt").toString()),
        "none.txt: does not exist");
  }

  @Test
  void theLineThatIsNotUtf8IsNamed() throws IOException {
    Files.write(answers, "a\nä\nb\n".getBytes(StandardCharsets.ISO_8859_1));

    assertFailure(score(), answers + ", line 2: is not UTF-8 text");
  }

  private CliRun score(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--hypotheses",
                answers.toString(),
                "--references",
                references.toString()));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray(String[]::new));
  }

  private JsonObject json(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    CliRun run = score(arguments.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private static List<String> names(JsonObject report) {
    return report.getAsJsonArray("metrics").asList().stream()
        .map(metric -> metric.getAsJsonObject().get("name").getAsString())
        .toList();
  }

  private static JsonObject metric(JsonObject report, String name) {
    return report.getAsJsonArray("metrics").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(metric -> metric.get("name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertFailure(CliRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ").hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
