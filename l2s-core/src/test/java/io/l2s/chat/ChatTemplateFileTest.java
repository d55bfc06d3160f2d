package io.l2s.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateFileTest {

  private static final List<ChatMessage> CHAT = List.of(ChatMessage.user("Hi"));

  @TempDir Path directory;

  @Test
  void aCheckpointMayHaveNone() throws IOException {
    assertThat(ChatTemplateFile.read(directory)).isEmpty();
    write("tokenizer_config.json", "{\"bos_token\": \"<s>\", \"chat_template\": null}");
    assertThat(ChatTemplateFile.read(directory)).isEmpty();
  }

  /** As in a cache of which a part was deleted. */
  @ParameterizedTest
  @CsvSource({"chat_template.jinja", "tokenizer_config.json", "special_tokens_map.json"})
  void aLinkThatLeadsNowhereIsNamedAndNotTakenForNone(String name) throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"{{ messages[0].content }}\"}");
    assertThat(prompt()).isEqualTo("Hi");
    Path link = directory.resolve(name);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of("gone"));

    assertThat(ChatTemplateFile.read(directory).orElseThrow().problem().orElseThrow().problem())
        .contains(link.toString(), "is a symbolic link to gone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void aTemplateWithoutTextIsNamed(String source) throws IOException {
    write("chat_template.jinja", source);

    assertThat(ChatTemplateFile.read(directory).orElseThrow().problem().orElseThrow().problem())
        .isEqualTo(directory.resolve("chat_template.jinja") + ": the chat template has no text");
  }

  @Test
  void readsTheTextInTheTokenizersSettingsWithItsTokens() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"bos_token": "<s>", "eos_token": {"content": "</s>", "special": true},
         "unk_token": null,
         "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ unk_token }}"}
        """);
    assertThat(prompt()).isEqualTo("<s>Hi</s>");
  }

  @Test
  void takesTheDefaultOfNamedOnes() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"chat_template": [{"name": "tool_use", "template": "tools"},
                           {"name": "default", "template": "{{ messages[0].role }}"}]}
        """);
    assertThat(prompt()).isEqualTo("user");
  }

  @Test
  void aFileOfItsOwnComesFirst() throws IOException {
    write("chat_template.jinja", "{{ bos_token }}own\n");
    write("tokenizer_config.json", "{\"bos_token\": \"<s>\", \"chat_template\": \"other\"}");
    assertThat(prompt()).isEqualTo("<s>own");
  }

  @Test
  void tokensMayStandInAFileOfTheirOwn() throws IOException {
    write("chat_template.jinja", "{{ bos_token }}|{{ eos_token }}");
    write("tokenizer_config.json", "{\"eos_token\": \"</s>\"}");
    write("special_tokens_map.json", "{\"bos_token\": \"<s>\", \"eos_token\": \"other\"}");
    assertThat(prompt()).isEqualTo("<s>|</s>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"chat_template\": 1} | chat_template must be a text or a list of named texts",
        "{\"chat_template\": [1]} | each entry of chat_template must have the texts name and template",
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]}"
            + " | chat_template must have an entry named default, but has [rag]",
        "{\"chat_template\": \"{% x %}\"} | line 1: the tag \"x\" is unknown",
        "{\"chat_template\": | tokenizer_config.json: ",
      })
  void reportsWhatIsWrongWithTheSettings(String settings, String problem) throws IOException {
    write("tokenizer_config.json", settings);

    assertThat(read().problem().orElseThrow().problem())
        .startsWith(directory.resolve("tokenizer_config.json").toString())
        .contains(problem);
  }

  @Test
  void reportsAFileThatIsNoUtf8Text() throws IOException {
    Files.write(directory.resolve("chat_template.jinja"), new byte[] {'a', (byte) 0xE9});

    assertThat(read().problem().orElseThrow().problem())
        .isEqualTo(directory.resolve("chat_template.jinja") + ": is not UTF-8 text");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private ChatTemplate read() {
    return ChatTemplateFile.read(directory).orElseThrow();
  }

  private String prompt() {
    return read().prompt(CHAT, true);
  }
}
