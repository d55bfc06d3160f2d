package io.l2s.cli;

import static io.l2s.cli.GenerateAnswers.assertAnswers;
import static io.l2s.cli.GenerateAnswers.promptFile;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of each route, compared with those of transformers. */
class GenerateCommandTest {

  @TempDir private Path directory;

  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    bundle = FixtureBundle.ofAnyPrompt(directory).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "16"})
  void aBundleAnswersByTheHybridRouteAsTheReference(String batchSize) throws IOException {
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.hybrid());

    CliRun run =
        CliRun.of(
            "generate",
            "--bundle",
            bundle,
            "--input",
            promptFile(directory, cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS,
            "--batch-size",
            batchSize);

    assertAnswers(run, cases, "HYBRID");
  }

  @Test
  void aPairByItsPartsAnswersByTheHybridRouteAsTheReference() throws IOException {
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.hybrid());

    CliRun run =
        CliRun.of(
            "generate",
            "--llm",
            FixtureBundle.llm().toString(),
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--projector",
            FixtureBundle.hybrid().resolve("projector.safetensors").toString(),
            "--input",
            promptFile(directory, cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "HYBRID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "16"})
  void aModelAloneAnswersAsTheReference(String batchSize) throws IOException {
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.llm());

    CliRun run =
        CliRun.of(
            "generate",
            "--llm",
            FixtureBundle.llm().toString(),
            "--input",
            promptFile(directory, cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS,
            "--batch-size",
            batchSize);

    assertAnswers(run, cases, "LLM_ONLY");
  }

  @Test
  void aBundleAnswersByTheRouteAskedFor() throws IOException {
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.llm());

    CliRun run =
        CliRun.of(
            "generate",
            "--bundle",
            bundle,
            "--route",
            "llm-only",
            "--input",
            promptFile(directory, cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "LLM_ONLY");
  }

  @Test
  void slmOnlyIsAnsweredBySlmAlone() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("promptTemplate", "{source}");
    changes.addProperty("slmAlone", FixtureBundle.llm().toString());
    FixtureBundle.write(directory, changes);
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.llm());

    CliRun run =
        CliRun.of(
            "generate",
            "--bundle",
            bundle,
            "--route",
            "slm-only",
            "--input",
            promptFile(directory, cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "SLM_ONLY");
  }
}
