package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources in prompt templates, and chats in chat templates. */
class GenerateTemplateTest {

  @TempDir private Path directory;

  private String bundle;

  @BeforeEach
  void writeBundle() throws IOException {
    bundle = FixtureBundle.ofAnyPrompt(directory).toString();
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
    assertThat(warned.out().lines().map(GenerateAnswers::prompt))
        .containsExactly("translate English to German: tea", "tea", "coffee");
    odd.add("--source");
    assertThat(CliRun.of(odd.toArray(String[]::new)).err()).isEmpty();
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
}
