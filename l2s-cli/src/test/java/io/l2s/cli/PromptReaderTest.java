package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ChatMessage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptReaderTest {

  @Test
  void aLineIsAPromptAndTheEmptyOneToo() {
    assertThat(read("one\n\n two \n", Form.TEXT)).containsExactly("one", "", " two ");
  }

  @Test
  void theLastLineNeedsNoEnd() {
    assertThat(read("one\ntwo", Form.TEXT)).containsExactly("one", "two");
  }

  @Test
  void anEmptyStreamHasNoPrompt() {
    assertThat(read("", Form.TEXT)).isEmpty();
  }

  @Test
  void windowsLineEndsAreLineEnds() {
    assertThat(read("one\r\ntwo\rthree\r\n", Form.TEXT)).containsExactly("one", "two\rthree");
  }

  @Test
  void aByteOrderMarkIsSkippedAtTheStartOnly() {
    assertThat(read("\uFEFFone\n\uFEFFtwo\n", Form.TEXT)).containsExactly("one", "\uFEFFtwo");
  }

  @Test
  void nulAndSeparatorCharactersStayInTheirLine() {
    assertThat(read("a\0b\u2028c\u0085d\n", Form.TEXT)).containsExactly("a\0b\u2028c\u0085d");
  }

  @Test
  void jsonlPromptsKeepLineBreaksNulAndLoneSurrogates() {
    String lines =
        "{\"prompt\": \"a\\nb\"}\n{\"id\": [7, {}], \"prompt\": \"\\u0000\"}\n"
            + "{\"prompt\": \"x\\ud800y\"}\n{\"prompt\":\"\"}\n";

    assertThat(read(lines, Form.JSONL)).containsExactly("a\nb", "\0", "x\ud800y", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "\"hello\"",
        "[\"hello\"]",
        "{}",
        "{\"text\": \"hello\"}",
        "{\"prompt\": 7}",
        "{\"prompt\": null}",
        "{\"prompt\": \"a\", \"prompt\": \"b\"}",
        "{\"prompt\": \"a\"} {}",
        "{\"prompt\": \"a\"",
        "{prompt: \"a\"}",
        "{\"prompt\": \"\\ud8\"}"
      })
  void aLineThatIsNoPromptObjectIsRefusedByNumber(String line) {
    assertThatThrownBy(() -> read("{\"prompt\": \"a\"}\n" + line + "\n", Form.JSONL))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("prompts line 2: expected ");
  }

  @Test
  void malformedUtf8IsRefusedByLineNumber() {
    byte[] latin1 = "gut\nschön\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> read(new ByteArrayInputStream(latin1), Form.TEXT))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("prompts line 2: not valid UTF-8; convert the file to UTF-8");
  }

  @Test
  void anEndlessLineIsRefusedBeforeTheHeapIsFull() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            java.util.Arrays.fill(bytes, offset, offset + length, (byte) 'a');
            return length;
          }
        };

    assertThatThrownBy(() -> read(endless, Form.TEXT))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("prompts line 1: a line may be at most 4194304 bytes long");
  }

  @Test
  void chatsAreMessagesOrPromptsOfAUser() {
    String lines =
        "{\"messages\": [{\"role\": \"system\", \"content\": \"a\"}, {\"content\": \"\", \"role\":"
            + " \"user\"}], \"id\": 1}\n{\"prompt\": \"b\"}\n";

    assertThat(chats(lines, Form.JSONL))
        .containsExactly(
            List.of(ChatMessage.system("a"), ChatMessage.user("")), List.of(ChatMessage.user("b")));
    assertThat(chats("c\n\n", Form.TEXT))
        .containsExactly(List.of(ChatMessage.user("c")), List.of(ChatMessage.user("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\": []}",
        "{\"messages\": \"a\"}",
        "{\"messages\": [{\"role\": \"user\"}]}",
        "{\"messages\": [{\"role\": \" \", \"content\": \"a\"}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": null}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"tool_calls\": []}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"prompt\": \"b\"}"
      })
  void chatsOfAnotherFormAreRefused(String line) {
    assertThatThrownBy(() -> chats(line, Form.JSONL))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("prompts line 1: expected ");
  }

  private static List<List<ChatMessage>> chats(String content, Form form) {
    InputStream stream = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    List<List<ChatMessage>> chats = new ArrayList<>();
    new PromptReader("prompts", stream, form, true).forEachRemaining(p -> chats.add(p.messages()));
    return chats;
  }

  private static List<String> read(String content, Form form) {
    return read(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), form);
  }

  private static List<String> read(InputStream stream, Form form) {
    List<String> prompts = new ArrayList<>();
    new PromptReader("prompts", stream, form, false).forEachRemaining(p -> prompts.add(p.text()));
    return prompts;
  }
}
