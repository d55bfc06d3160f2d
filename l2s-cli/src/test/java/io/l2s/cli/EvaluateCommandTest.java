package io.l2s.cli;

import static io.l2s.cli.EvaluationRuns.assertFailure;
import static io.l2s.cli.EvaluationRuns.evaluateOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes, metrics and data of {@code l2s evaluate}. */
class EvaluateCommandTest {

  @TempDir private Path directory;
  private String bundle;
  private Path data;

  @BeforeEach
  void writeBundleAndData() throws IOException {
    bundle = FixtureBundle.write(directory).toString();
    data = EvaluationRuns.writeData(directory);
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
    return evaluateOf("--bundle", bundle, data, more);
  }
}
