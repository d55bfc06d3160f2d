package io.l2s.cli;

import static io.l2s.cli.EvaluationRuns.assertFailure;
import static io.l2s.cli.EvaluationRuns.evaluateOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small models alone and single checkpoints under {@code l2s evaluate}. */
class EvaluateModelsTest {

  @TempDir private Path directory;
  private String bundle;
  private Path data;

  @BeforeEach
  void writeBundleAndData() throws IOException {
    bundle = FixtureBundle.write(directory).toString();
    data = EvaluationRuns.writeData(directory);
  }

  @Test
  void slmOnlyWithoutSlmAloneNamesTheField() {
    assertFailure(evaluate("--routes", "hybrid,slm-only"), "needs the field slmAlone");
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

    assertThat(evaluateOf("--llm", alone, data).out()).containsPattern("\nllm-only +0\\.\\dM");
    assertThat(evaluate("--slm-alone", alone).out()).containsPattern("\nslm-only +0\\.\\dM");
  }

  private CliRun evaluateLlm(String... more) {
    return evaluateOf("--llm", FixtureBundle.llm().toString(), data, more);
  }

  private CliRun evaluate(String... more) {
    return evaluateOf("--bundle", bundle, data, more);
  }
}
