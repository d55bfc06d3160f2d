package io.l2s.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.ChatMessage;
import io.l2s.InvalidRequestException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One construct of Jinja each, rendered by transformers; where that fails, so must l2s. */
class SnippetsTest {

  private static final JsonObject GOLDEN = ChatGolden.json("snippets.json");

  static Stream<JsonObject> cases() {
    return ChatGolden.objects(GOLDEN, "cases").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersAsTransformersDoes(JsonObject each) {
    ChatTemplate template =
        ChatGolden.template(
            each.get("template").getAsString(), GOLDEN, GOLDEN.get("now").getAsString());
    List<ChatMessage> messages = ChatGolden.messages(GOLDEN.getAsJsonArray("messages"));

    if (each.has("error")) {
      assertThatThrownBy(() -> template.prompt(messages, true))
          .isInstanceOf(InvalidRequestException.class);
    } else {
      assertThat(template.prompt(messages, true)).isEqualTo(each.get("expected").getAsString());
    }
  }
}
