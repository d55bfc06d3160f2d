package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {

  @TempDir private Path directory;
  private String bundle;
  private Path data;

  @BeforeEach
  void writeBundleAndData() throws IOException {
    bundle = FixtureBundle.write(directory).toString();
    // The hybrid's greedy answer to the first sentence is its first reference, so it scores 100.
    data =
        Files.writeString(
            directory.resolve("data.tsv"),
            "I met him the other day.\tIch habe einen trank.\n"
                + "I met him the other day.\tIch habe ihn neulich getroffen.\n"
                + "Hello.\tHallo.\n");
  }

  @Test
  void answerEqualToAReferenceScoresHundredByTheBundlesTemplate() throws IOException {
    Path json = directory.resolve("scores.json");

    CliRun run = evaluate("--routes", "hybrid", "--limit", "1", "--json", json.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("1 sources, 2 references", "batch size 16, precision f32", "device cpu, ")
        .containsPattern("hybrid +0\\.\\dM +100\\.00 ± 0\\.00 +100\\.00 ± 0\\.00\n");
    JsonArray routes =
        JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("routes");
    assertThat(routes).hasSize(1);
    assertThat(routes.get(0).getAsJsonObject().get("generated_tokens").getAsLong()).isEqualTo(10);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void allRoutesOfTheBundleAreMeasuredUnlessNamed() {
    CliRun run = evaluate();

    assertThat(run.out().lines())
        .anyMatch(line -> line.startsWith("hybrid "))
        .anyMatch(line -> line.startsWith("llm-only ") && line.contains(" 1.00x "))
        .noneMatch(line -> line.startsWith("slm-only "));
  }

  @Test
  void everyMetricCanBeChosen() {
    CliRun run = evaluate("--metrics", "chrf++,ter,rouge,exact");

    assertThat(run.out())
        .containsPattern("chrF2\\+\\+ .*TER .*rouge1 .*rouge2 .*rougeL .*rougeLsum .*exact");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void objectsOfAJsonlFileAreReadByTheirFields() throws IOException {
    Path objects = directory.resolve("data.jsonl");
    Files.writeString(
        objects, "{\"text\": \"I met him the other day.\", \"title\": \"Ich habe einen trank.\"}");

    CliRun run =
        evaluate("--data", objects.toString(), "--source-field", "text", "--target-field", "title");

    assertThat(run.out()).contains("1 sources, 1 references");
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
    assertThat(run.err())
        .contains(full + ": is a directory; name a file")
        .contains(data.resolve("s.pdf") + ": the directory " + data + " does not exist")
        .contains(full + ": is not empty; name another directory")
        .contains("s.pdf: a plot's file must end in .svg or .png")
        .doesNotContain("missing-bundle");
  }

  @Test
  void whatFailsToBeWrittenKeepsNothingElseFromBeingWritten() throws IOException {
    // What cannot be opened for writing, yet looks as if it could.
    Path refused = Files.createSymbolicLink(directory.resolve("a"), Path.of("missing", "target"));
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

  @Test
  void theBaselineCanBeChosen() {
    CliRun run = evaluate("--baseline", "hybrid");

    assertThat(run.out()).contains("over hybrid\n").containsPattern("llm-only - hybrid +[+-]");
  }

  @Test
  void aBaselineThatIsNotMeasuredIsRefused() {
    CliRun run = evaluate("--routes", "hybrid", "--baseline", "llm-only");

    assertThat(run.err())
        .contains("--baseline must be one of the routes measured, hybrid, but was");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void anOverLongRowIsNamedByFileAndLineBeforeAnythingRuns() throws IOException {
    String longest = "word ".repeat(5_000) + "\tWort.\n";
    Files.writeString(data, "Hello.\tHallo.\nHello.\tHi.\n" + longest + "x" + longest);

    assertFailure(
        evaluate("--progress"),
        data + ", line 3: the prompt must have at most 4096 tokens, but has");
    assertThat(evaluate().err()).contains("shorten or remove the row (so have 1 further rows)");
  }

  @Test
  void missingDataIsNamed() throws IOException {
    Files.delete(data);

    assertFailure(evaluate(), data.toString());
  }

  @Test
  void rowThatIsNoPairIsNamedByItsLine() throws IOException {
    Files.writeString(data, "Hello.\tHallo.\nHello.\n");

    assertFailure(evaluate(), "line 2");
  }

  @Test
  void slmOnlyWithoutSlmAloneNamesTheField() {
    assertFailure(evaluate("--routes", "hybrid,slm-only"), "needs the field slmAlone");
  }

  @Test
  void bundleWithoutTemplatePromptsWithTheBareSource() throws IOException {
    Path file = directory.resolve("l2s.json");
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    String template = json.remove("promptTemplate").getAsString();
    Files.writeString(file, json.toString());
    String prompt = template.replace("{source}", "I met him the other day.");
    Files.writeString(data, prompt + "\tIch habe einen trank.\n");

    CliRun run = evaluate("--routes", "hybrid");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).containsPattern("hybrid +0\\.\\dM +100\\.00 ± ");
  }

  @Test
  void aModelAloneIsMeasuredBesideTheHybridInPlaceOfTheBundles() throws IOException {
    JsonObject named = new JsonObject();
    named.addProperty("slmAlone", FixtureBundle.hybrid().resolve("slm").toString());
    FixtureBundle.write(directory, named);
    Path json = directory.resolve("scores.json");
    Path before = directory.resolve("before");
    Path answers = directory.resolve("answers");
    String alone = FixtureBundle.llm().toString();

    assertThat(evaluate("--answers", before.toString()).exitCode()).isZero();
    CliRun run =
        evaluate("--slm-alone", alone, "--json", json.toString(), "--answers", answers.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("bundle     " + bundle + "\nslm-alone  " + alone + "\ndata ")
        .containsPattern("hybrid - slm-only +[+-]");
    assertThat(JsonParser.parseString(Files.readString(json)).getAsJsonObject().get("slm_alone"))
        .isEqualTo(new JsonPrimitive(alone));
    assertThat(before.resolve("slm-only.txt")).exists();
    assertThat(answers.resolve("slm-only.txt"))
        .hasSameTextualContentAs(answers.resolve("llm-only.txt"));
    assertThat(Files.readString(before.resolve("slm-only.txt")))
        .isNotEqualTo(Files.readString(answers.resolve("slm-only.txt")));
  }

  @Test
  void aModelAloneThatDoesNotFitIsRefusedAsTheBundlesIs() throws IOException {
    Path alone = Files.createDirectory(directory.resolve("alone"));
    for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) {
      Files.copy(FixtureBundle.llm().resolve(name), alone.resolve(name));
    }
    int vocabulary =
        JsonParser.parseString(Files.readString(alone.resolve("config.json")))
            .getAsJsonObject()
            .get("vocab_size")
            .getAsInt();
    JsonObject tokenizer =
        JsonParser.parseString(Files.readString(FixtureBundle.llm().resolve("tokenizer.json")))
            .getAsJsonObject();
    // The tokenizers of the fixtures have 700 tokens.
    for (int id = 700; id <= vocabulary; id++) {
      JsonObject added = new JsonObject();
      added.addProperty("id", id);
      added.addProperty("content", "<far " + id + ">");
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
        added.addProperty(flag, false);
      }
      tokenizer.getAsJsonArray("added_tokens").add(added);
    }
    Files.writeString(alone.resolve("tokenizer.json"), tokenizer.toString());

    CliRun run = evaluate("--slm-alone", alone.toString());

    assertFailure(
        run, alone + ": tokenizer.json has ids up to " + vocabulary + ", but the model's");
    JsonObject named = new JsonObject();
    named.addProperty("slmAlone", alone.toString());
    FixtureBundle.write(directory, named);
    assertThat(evaluate().err()).isEqualTo(run.err());
  }

  @Test
  void aModelAloneThatIsMissingIsNamed() {
    assertFailure(evaluate("--slm-alone", "missing-model"), "missing-model: does not exist");
  }

  @Test
  void aCheckpointAnswersAsTheLargeModelOfABundle() throws IOException {
    Path ofBundle = directory.resolve("of-bundle");
    Path ofCheckpoint = directory.resolve("of-checkpoint");
    Path ofBareSource = directory.resolve("of-bare-source");
    Path json = directory.resolve("scores.json");
    String template = "translate English to German: {source}";

    evaluate("--answers", ofBundle.toString());
    CliRun run =
        evaluateLlm(
            "--template",
            template,
            "--answers",
            ofCheckpoint.toString(),
            "--json",
            json.toString());
    evaluateLlm("--answers", ofBareSource.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("llm        " + FixtureBundle.llm() + "\ndata ", "precision f32, device cpu")
        .containsPattern("llm-only +0\\.\\dM +\\d")
        .doesNotContain("hybrid", "slm-only");
    assertThat(JsonParser.parseString(Files.readString(json)).getAsJsonObject().keySet())
        .contains("llm", "llm_precision")
        .doesNotContain("bundle", "slm_alone", "slm_precision");
    assertThat(ofCheckpoint.resolve("llm-only.txt"))
        .hasSameTextualContentAs(ofBundle.resolve("llm-only.txt"));
    assertThat(Files.readString(ofBareSource.resolve("llm-only.txt")))
        .isNotEqualTo(Files.readString(ofBundle.resolve("llm-only.txt")));
  }

  @Test
  void whatTrainWritesWithoutALargeModelIsMeasuredAsItIs() {
    String alone = directory.resolve("trained").toString();
    String slm = FixtureBundle.hybrid().resolve("slm").toString();
    CliRun trained =
        CliRun.of(
            "train",
            "--slm",
            slm,
            "--data",
            data.toString(),
            "--dev",
            data.toString(),
            "--steps",
            "1",
            "--output",
            alone);
    assertThat(trained.exitCode()).isZero();

    assertThat(evaluateOf("--llm", alone).out()).containsPattern("\nllm-only +0\\.\\dM");
    assertThat(evaluate("--slm-alone", alone).out()).containsPattern("\nslm-only +0\\.\\dM");
  }

  @Test
  void aTemplateTakesThePlaceOfTheBundles() throws IOException {
    JsonObject named = new JsonObject();
    named.addProperty("promptTemplate", "say {source}");
    FixtureBundle.write(directory, named);
    String template = "translate English to German: {source}";

    assertThat(evaluate("--limit", "1").out()).doesNotContain("100.00 ± ");
    assertThat(evaluate("--limit", "1", "--template", template).out())
        .containsPattern("hybrid +0\\.\\dM +100\\.00 ± ");
  }

  private CliRun evaluate(String... more) {
    return evaluateOf("--bundle", bundle, more);
  }

  private CliRun evaluateLlm(String... more) {
    return evaluateOf("--llm", FixtureBundle.llm().toString(), more);
  }

  private CliRun evaluateOf(String option, String model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", option, model));
    if (!List.of(more).contains("--data")) {
      arguments.addAll(List.of("--data", data.toString()));
    }
    arguments.addAll(List.of("--precision", "f32"));
    arguments.addAll(List.of("--max-new-tokens", FixtureBundle.MAX_NEW_TOKENS));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray(String[]::new));
  }

  private static void assertFailure(CliRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ").hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(1);
  }
}
