package io.l2s.cli;

import static io.l2s.cli.GenerateAnswers.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that {@code l2s generate} refuses, and what it says. */
class GenerateModelChoiceTest {

  @TempDir private Path directory;

  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    bundle = FixtureBundle.ofAnyPrompt(directory).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bundle b --slm s --projector p | --slm needs --llm; a bundle names its own parts",
        "--llm l --slm s | --slm needs --projector",
        "--llm l --projector p | --projector needs --slm",
        "--llm l --fusion replace | --fusion needs --llm and --slm",
        "--llm l --slm s --projector p --route slm-only | --route slm-only needs --bundle",
        "--llm l --slm s --projector p --feature-layer -1 | --feature-layer must be at least 0"
      })
  void partsThatMakeNoPairAreRefusedByName(String options, String problem) {
    List<String> arguments = new ArrayList<>(List.of("generate"));
    arguments.addAll(List.of(options.split(" ")));
    arguments.add("Hello");

    CliRun run = CliRun.of(arguments.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(problem);
  }

  @Test
  void moreTokensThanThereArePositionsForAreRefusedWhereTheyAreAskedFor() {
    String gpt2 = FixtureBundle.llm().resolveSibling("gpt2").toString();

    assertFailure(
        CliRun.of("generate", "--llm", gpt2, "--max-new-tokens", "4000", "Hello there"),
        "PROMPT 1: --max-new-tokens must be at most ");
    assertThat(CliRun.of("generate", "--llm", gpt2, "Hello there").exitCode()).isZero();
  }

  @Test
  void aBundleGivenAsModelAndAModelGivenAsBundleAreToldApart() {
    assertFailure(
        CliRun.of("generate", "--llm", bundle, "Hello"),
        "is no checkpoint, as it has no config.json; its l2s.json makes it a bundle");
    assertFailure(
        CliRun.of("generate", "--bundle", FixtureBundle.llm().toString(), "Hello"),
        "is no bundle, as it has no l2s.json; its config.json makes it the checkpoint of one model");
  }

  @Test
  void slmOnlyWithoutSlmAloneNamesTheField() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--route", "slm-only", "Hello.");

    assertFailure(run, "l2s.json: the route slm-only needs the field slmAlone");
  }

  @Test
  void aMissingBundleIsNamed() {
    Path missing = directory.resolve("nowhere");

    assertFailure(CliRun.of("generate", "--bundle", missing.toString(), "x"), missing.toString());
  }

  @Test
  void aMissingModelIsNamed() {
    Path missing = directory.resolve("nowhere");

    assertFailure(CliRun.of("generate", "--llm", missing.toString(), "x"), missing.toString());
  }

  @Test
  void aWrongDigestIsRefused() throws IOException {
    JsonObject digests = new JsonObject();
    Files.writeString(directory.resolve("card.txt"), "card");
    digests.addProperty("card.txt", "0".repeat(64));
    JsonObject changes = new JsonObject();
    changes.add("sha256", digests);
    FixtureBundle.write(directory, changes);

    assertFailure(CliRun.of("generate", "--bundle", bundle, "Hello."), "card.txt");
  }

  @Test
  void verboseAddsTheStackTrace() {
    CliRun run =
        CliRun.of("generate", "--verbose", "--llm", directory.resolve("nowhere").toString(), "x");

    assertThat(run.err()).contains("\tat io.l2s.");
    assertThat(run.exitCode()).isEqualTo(1);
  }
}
