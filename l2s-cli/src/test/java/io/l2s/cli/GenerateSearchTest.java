package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of {@code l2s generate} for the choice of tokens. */
class GenerateSearchTest {

  @TempDir private Path directory;

  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    bundle = FixtureBundle.ofAnyPrompt(directory).toString();
  }

  @Test
  void aBannedTextIsNotInTheAnswerAtAnyPlace() {
    String usual = generated();
    String inside = usual.substring(1, 3);

    String answer = generated("--bad-words", inside);

    assertThat(usual).contains(inside);
    assertThat(answer).isNotEmpty().doesNotContain(inside);
  }

  @Test
  void bannedIdsAreNumbersWithCommasBetween() {
    assertThat(generated("--bad-words-ids", "3, 4", "--bad-words-ids", "5")).isNotEmpty();

    CliRun refused = CliRun.of("generate", "--bundle", bundle, "--bad-words-ids", "3 x", "Hello.");
    assertThat(refused.err())
        .contains("--bad-words-ids must be ids with commas between them, but was 3 x");
    assertThat(refused.exitCode()).isEqualTo(2);
  }

  @Test
  void promptLookupChangesNoAnswer() {
    String usual = generated();
    assertThat(usual).isNotBlank();
    assertThat(generated("--prompt-lookup-num-tokens", "8", "--max-matching-ngram-size", "1"))
        .isEqualTo(usual);
    assertThat(generated("--prompt-lookup", "8")).isEqualTo(usual);
  }

  private String generated(String... options) {
    List<String> args = new ArrayList<>(List.of("generate", "--bundle", bundle));
    args.addAll(List.of(options));
    args.addAll(List.of("--max-new-tokens", "12", "Good morning."));
    CliRun run = CliRun.of(args.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void aTemperatureOfZeroIsAnsweredWithTheWayToTheLikeliestToken() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--temperature", "0", "Hello");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--temperature must be above 0 and at most 100")
        .contains("without any sampling option, or with --top-k 1, the likeliest token is taken");
  }

  @Test
  void severalBeamsAreWrittenBestFirst() throws IOException {
    String prompt = FixtureBundle.cases(FixtureBundle.hybrid()).get(0).text();
    CliRun run =
        CliRun.of(
            "generate",
            "--bundle",
            bundle,
            "--num-beams",
            "3",
            "--num-return-sequences",
            "2",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS,
            "--format",
            "jsonl",
            prompt);

    JsonObject answer = JsonParser.parseString(run.out()).getAsJsonObject();
    JsonArray candidates = answer.getAsJsonArray("candidates");
    assertThat(candidates).hasSize(2);
    assertThat(answer.get("text")).isEqualTo(candidates.get(0).getAsJsonObject().get("text"));
    assertThat(answer.get("score").getAsDouble())
        .isGreaterThan(candidates.get(1).getAsJsonObject().get("score").getAsDouble());
  }

  @Test
  void theSameSeedDrawsTheSameText() throws IOException {
    String prompt = FixtureBundle.cases(FixtureBundle.hybrid()).get(0).text();
    String[] args = {
      "generate",
      "--bundle",
      bundle,
      "--max-new-tokens",
      "12",
      "--temperature",
      "1.5",
      "--seed",
      "7",
      prompt
    };

    CliRun run = CliRun.of(args);
    assertThat(CliRun.of(args).out()).isEqualTo(run.out());
    args[8] = "8";
    assertThat(CliRun.of(args).out()).isNotEqualTo(run.out());
  }

  @Test
  void logprobsAreWrittenForEachId() throws IOException {
    String prompt = FixtureBundle.cases(FixtureBundle.hybrid()).get(0).text();
    CliRun run =
        CliRun.of("generate", "--bundle", bundle, "--logprobs", "--format", "jsonl", prompt);

    JsonObject answer = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(answer.getAsJsonArray("logprobs")).hasSameSizeAs(answer.getAsJsonArray("ids"));
    assertThat(answer.has("candidates")).isFalse();
  }

  @Test
  void logprobsInTextFormAreRefused() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--logprobs", "a prompt");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--logprobs needs --format jsonl");
  }
}
