package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {

  @TempDir private Path directory;
  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    JsonObject anyPrompt = new JsonObject();
    anyPrompt.addProperty("promptTemplate", "{source}");
    bundle = FixtureBundle.write(directory, anyPrompt).toString();
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

  private String generated(String... options) {
    List<String> args = new ArrayList<>(List.of("generate", "--bundle", bundle));
    args.addAll(List.of(options));
    args.addAll(List.of("--max-new-tokens", "12", "Good morning."));
    CliRun run = CliRun.of(args.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
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
            prompts(cases),
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
            prompts(cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "HYBRID");
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
  void aTemperatureOfZeroIsAnsweredWithTheWayToTheLikeliestToken() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--temperature", "0", "Hello");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--temperature must be above 0 and at most 100")
        .contains("without any sampling option, or with --top-k 1, the likeliest token is taken");
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
            prompts(cases),
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
  void aSourceIsPutIntoTheBundlesTemplate() throws IOException {
    JsonObject template = new JsonObject();
    template.addProperty("promptTemplate", "say: {source}");
    String pair = FixtureBundle.write(directory, template).toString();

    CliRun source = CliRun.of("generate", "--bundle", pair, "--source", "hello");

    assertThat(source.exitCode()).isZero();
    assertThat(source.out())
        .isEqualTo(CliRun.of("generate", "--bundle", pair, "say: hello").out())
        .isNotEqualTo(CliRun.of("generate", "--bundle", pair, "hello").out());
  }

  @Test
  void aWarningNamesTheFirstPromptThatTheTemplateDidNotWrite() throws IOException {
    FixtureBundle.write(directory);
    String[] args = {"generate", "--bundle", bundle, "--format", "jsonl", "--max-new-tokens", "4"};
    List<String> odd = new ArrayList<>(List.of(args));
    odd.addAll(List.of("translate English to German: tea", "tea", "coffee"));

    CliRun warned = CliRun.of(odd.toArray(String[]::new));

    assertThat(warned.err())
        .hasLineCount(1)
        .startsWith("l2s generate: warning: PROMPT 2 is not written by the bundle's template, ")
        .contains("\"translate English to German: {source}\"", "--source");
    assertThat(warned.out().lines().map(GenerateCommandTest::prompt))
        .containsExactly("translate English to German: tea", "tea", "coffee");
    odd.add("--source");
    assertThat(CliRun.of(odd.toArray(String[]::new)).err()).isEmpty();
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
  void aSourceNeedsATemplate() {
    CliRun run = CliRun.of("generate", "--llm", FixtureBundle.llm().toString(), "--source", "a");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("--source needs a bundle with a promptTemplate");
  }

  @Test
  void aSourceIsNoMessage() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--source", "--chat", "a");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("give either --source or --chat, not both");
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
            prompts(cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "LLM_ONLY");
  }

  @Test
  void aChatIsWrittenByTheTemplate() throws IOException {
    Path model = chatModel("{{ messages[-1].content }}{{ eos_token }}");
    FixtureBundle.Case expected = FixtureBundle.cases(FixtureBundle.llm()).get(0);
    Path input = directory.resolve("chats.jsonl");
    JsonObject prompt = new JsonObject();
    prompt.addProperty("prompt", expected.text());
    Files.writeString(
        input,
        "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\","
            + " \"content\": "
            + prompt.get("prompt")
            + "}]}\n"
            + prompt
            + "\n");

    CliRun run =
        CliRun.of(
            "generate",
            "--llm",
            model.toString(),
            "--chat",
            "--input",
            input.toString(),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertThat(run.err()).isEmpty();
    List<JsonObject> answers =
        run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(answers)
        .hasSize(2)
        .allSatisfy(
            answer -> assertThat(answer.get("text").getAsString()).isEqualTo(expected.answer()));
    assertThat(answers.get(0).getAsJsonArray("messages")).hasSize(2);
    assertThat(answers.get(1).get("messages").toString())
        .isEqualTo("[{\"role\":\"user\",\"content\":" + prompt.get("prompt") + "}]");
  }

  @Test
  void aChatWithATemplateThatCannotBeRunIsRefusedWithItsLine() throws IOException {
    Path model = chatModel("{{ messages[0].content }}\\n{{ 'x'|nofilter }}");

    CliRun run =
        CliRun.of("generate", "--llm", model.toString(), "--precision", "f32", "--chat", "Hello");

    assertThat(run.err()).contains("PROMPT 1", "line 2: the filter \"nofilter\" is unknown");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private Path chatModel(String template) throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(FixtureBundle.llm().resolve(name), model.resolve(name));
    }
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        "{\"eos_token\": \"</s>\", \"chat_template\": \"" + template + "\"}");
    return model;
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
    assertThat(jsonl.out().lines().map(GenerateCommandTest::prompt)).containsExactly("Hello.", "");
  }

  @Test
  void aJsonlFileMayBeAnsweredAsText() throws IOException {
    Path input = Files.writeString(directory.resolve("in.jsonl"), "{\"prompt\":\"Hello.\"}\n");

    CliRun run = CliRun.of("generate", "--bundle", bundle, "--input", input.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1).noneMatch(line -> line.startsWith("{"));
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

  @Test
  void oddPromptsAreAnswered() {
    String input =
        "{\"prompt\":\"\"}\n{\"prompt\":\"   \"}\n{\"prompt\":\"\\n\"}\n{\"prompt\":\"a\\u0000b\"}\n"
            + "{\"prompt\":\"a\\ud800b\"}\n";

    CliRun run =
        CliRun.withInput(
            input, "generate", "--bundle", bundle, "--input", "-", "--format", "jsonl");

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(GenerateCommandTest::prompt))
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

    List<String> prompts = run.out().lines().map(GenerateCommandTest::prompt).toList();
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
  void aPromptOfFiveMegabytesIsRefusedByItsLine() {
    CliRun run =
        CliRun.withInput(
            "Hello.\n" + "a".repeat(5_000_000) + "\n",
            "generate",
            "--bundle",
            bundle,
            "--input",
            "-");

    assertThat(run.out().lines()).hasSize(1);
    assertFailure(
        run,
        "standard input line 2: prompt must be at most 32768 characters long,"
            + " but was 5000000 characters");
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
  void slmOnlyWithoutSlmAloneNamesTheField() {
    CliRun run = CliRun.of("generate", "--bundle", bundle, "--route", "slm-only", "Hello.");

    assertFailure(run, "l2s.json: the route slm-only needs the field slmAlone");
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
            prompts(cases),
            "--format",
            "jsonl",
            "--precision",
            "f32",
            "--max-new-tokens",
            FixtureBundle.MAX_NEW_TOKENS);

    assertAnswers(run, cases, "SLM_ONLY");
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
  void aMissingInputIsNamed() {
    Path missing = directory.resolve("prompts.txt");

    assertFailure(
        CliRun.of("generate", "--bundle", bundle, "--input", missing.toString()),
        "--input " + missing + ": there is no such file");
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

  private static void assertFailure(CliRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static void assertAnswers(CliRun run, List<FixtureBundle.Case> cases, String route) {
    assertThat(run.err()).isEmpty();
    List<JsonObject> answers =
        run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(answers).hasSameSizeAs(cases);
    for (int i = 0; i < cases.size(); i++) {
      JsonObject answer = answers.get(i);
      assertThat(answer.get("prompt").getAsString()).isEqualTo(cases.get(i).text());
      assertThat(ints(answer, "prompt_ids")).isEqualTo(cases.get(i).inputIds());
      assertThat(ints(answer, "ids")).as(cases.get(i).text()).isEqualTo(cases.get(i).ids());
      assertThat(answer.get("text").getAsString()).isEqualTo(cases.get(i).answer());
      assertThat(answer.get("route").getAsString()).isEqualTo(route);
      assertThat(answer.get("finish_reason").getAsString())
          .isEqualTo(cases.get(i).ids().get(cases.get(i).ids().size() - 1) == 1 ? "eos" : "length");
    }
    assertThat(run.exitCode()).isZero();
  }

  private String prompts(List<FixtureBundle.Case> cases) throws IOException {
    Path file = directory.resolve("prompts.jsonl");
    StringBuilder lines = new StringBuilder();
    for (FixtureBundle.Case each : cases) {
      JsonObject line = new JsonObject();
      line.addProperty("prompt", each.text());
      lines.append(line).append('\n');
    }
    return Files.writeString(file, lines).toString();
  }

  private static List<Integer> ints(JsonObject answer, String field) {
    return answer.getAsJsonArray(field).asList().stream().map(JsonElement::getAsInt).toList();
  }

  private static String prompt(String line) {
    return JsonParser.parseString(line).getAsJsonObject().get("prompt").getAsString();
  }
}
