package io.l2s.cli;

import static io.l2s.cli.GenerateAnswers.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where prompts come from, and that answers keep their order. */
class GenerateInputTest {

  @TempDir private Path directory;

  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    bundle = FixtureBundle.ofAnyPrompt(directory).toString();
  }

  @Test
  void promptsComeFromStandardInputWhereThatIsNoTerminal() throws IOException {
    FixtureBundle.write(directory);
    String[] args = {
      "generate", "--bundle", bundle, "--source", "--format", "text", "--max-new-tokens", "4"
    };

    CliRun piped = CliRun.withInput("tea\ncoffee\n", args);
    CliRun empty = CliRun.withInput("", args);
    CliRun typed = CliRun.inTerminal(args);

    assertThat(piped.err()).isEmpty();
    assertThat(piped.out())
        .hasLineCount(2)
        .isEqualTo(
            CliRun.of(
                    "generate",
                    "--bundle",
                    bundle,
                    "--source",
                    "--max-new-tokens",
                    "4",
                    "tea",
                    "coffee")
                .out());
    assertThat(empty.err()).contains("no prompt: standard input is empty; ").hasLineCount(1);
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(typed.err()).contains("no prompt: give PROMPT arguments, ").hasLineCount(1);
    assertThat(typed.exitCode()).isEqualTo(2);
  }

  @Test
  void promptArgumentsAreAnsweredAsTextInOrder() throws IOException {
    List<FixtureBundle.Case> cases = FixtureBundle.cases(FixtureBundle.hybrid());

    CliRun run =
        CliRun.of(
            "generate",
            "--bundle",
            bundle,
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS,
            cases.get(1).text(),
            cases.get(0).text());

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(cases.get(1).answer() + "\n" + cases.get(0).answer() + "\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void standardInputTakesItsFormFromTheFormat() {
    CliRun text = CliRun.withInput("Hello.\n\n", "generate", "--bundle", bundle, "--input", "-");
    CliRun jsonl =
        CliRun.withInput(
            "{\"prompt\":\"Hello.\"}\n{\"prompt\":\"\"}",
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-",
            "--format",
            "jsonl");

    assertThat(text.out().lines()).hasSize(2);
    assertThat(jsonl.out().lines().map(GenerateAnswers::prompt)).containsExactly("Hello.", "");
  }

  @Test
  void aJsonlFileMayBeAnsweredAsText() throws IOException {
    Path input = Files.writeString(directory.resolve("in.jsonl"), "{\"prompt\":\"Hello.\"}\n");

    CliRun run = CliRun.of("generate", "--bundle", bundle, "--input", input.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1).noneMatch(line -> line.startsWith("{"));
  }

  @Test
  void oddPromptsAreAnswered() {
    String input =
        "{\"prompt\":\"\"}\n{\"prompt\":\"   \"}\n{\"prompt\":\"\\n\"}\n{\"prompt\":\"a\\u0000b\"}\n"
            + "{\"prompt\":\"a\\ud800b\"}\n";

    CliRun run =
        CliRun.withInput(
            input, "generate", "--bundle", bundle, "--input", "-", "--format", "jsonl");

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(GenerateAnswers::prompt))
        .containsExactly("", "   ", "\n", "a\0b", "a\ud800b");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void moreLinesThanTheWindowHoldsAreAnsweredInOrder() {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      input.append("{\"prompt\":\"Number ").append(i).append(".\"}\n");
    }

    CliRun run =
        CliRun.withInput(
            input.toString(),
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-",
            "--format",
            "jsonl",
            "--batch-size",
            "4",
            "--max-new-tokens",
            "4");

    List<String> prompts = run.out().lines().map(GenerateAnswers::prompt).toList();
    assertThat(prompts).hasSize(100);
    assertThat(prompts.get(0)).isEqualTo("Number 0.");
    assertThat(prompts.get(99)).isEqualTo("Number 99.");
  }

  @Test
  @Timeout(60)
  void answerAppearsWhileTheInputIsStillOpen() throws Exception {
    PipedOutputStream keyboard = new PipedOutputStream();
    PipedInputStream input = new PipedInputStream(keyboard);
    PipedInputStream screen = new PipedInputStream();
    PipedOutputStream output = new PipedOutputStream(screen);
    String[] args = {"generate", "--bundle", bundle, "--input", "-", "--max-new-tokens", "4"};
    CompletableFuture<Integer> exitCode =
        CompletableFuture.supplyAsync(
            () ->
                L2sCli.run(
                    args,
                    new StandardInput(input, () -> false),
                    output,
                    OutputStream.nullOutputStream()));

    keyboard.write("Hello.\n".getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    int ended = 0;
    while (ended != '\n') {
      ended = screen.read();
    }

    assertThat(exitCode).isNotDone();
    keyboard.close();
    assertThat(exitCode.get()).isZero();
  }

  @Test
  void answersBeforeABadLineAreWritten() {
    CliRun run =
        CliRun.withInput(
            "{\"prompt\":\"Hello.\"}\nnonsense\n",
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-",
            "--format",
            "jsonl");

    assertThat(run.out().lines()).hasSize(1);
    assertFailure(run, "standard input line 2: expected a JSON object");
  }

  @Test
  void aPromptOfThreeMegabytesIsRefusedByItsLine() {
    CliRun run =
        CliRun.withInput(
            "Hello.\n" + "a".repeat(3_000_000) + "\n",
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-");

    assertThat(run.out().lines()).hasSize(1);
    assertFailure(
        run,
        "standard input line 2: prompt must be at most 32768 characters long,"
            + " but was 3000000 characters");
  }

  @Test
  void malformedUtf8IsRefusedByItsLine() {
    CliRun run =
        CliRun.withInput(
            "schön\n".getBytes(StandardCharsets.ISO_8859_1),
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-");

    assertFailure(run, "standard input line 1: not valid UTF-8");
  }

  @Test
  void aMissingInputIsNamed() {
    Path missing = directory.resolve("prompts.txt");

    assertFailure(
        CliRun.of("generate", "--bundle", bundle, "--input", missing.toString()),
        "--input " + missing + ": there is no such file");
  }
}
