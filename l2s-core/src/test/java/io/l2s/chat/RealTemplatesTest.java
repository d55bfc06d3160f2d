package io.l2s.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Templates of published models; {@code templates.json} names source, license and digest of each,
 * and what transformers renders.
 */
class RealTemplatesTest {

  /** A directory that holds the templates which may not be stored here, each as NAME.jinja. */
  private static final String SUPPLIED = "l2s.test.chat-templates";

  private static final JsonObject GOLDEN = ChatGolden.json("templates.json");

  static Stream<JsonObject> stored() {
    return models(true);
  }

  static Stream<JsonObject> supplied() {
    return models(false);
  }

  private static Stream<JsonObject> models(boolean stored) {
    return ChatGolden.objects(GOLDEN, "templates").stream()
        .filter(model -> model.get("stored").getAsBoolean() == stored);
  }

  @ParameterizedTest
  @MethodSource("stored")
  void rendersAsTransformersDoes(JsonObject model) {
    assertRendered(model, ChatGolden.resource("templates/" + name(model) + ".jinja"));
  }

  @ParameterizedTest
  @MethodSource("supplied")
  void rendersSuppliedTemplatesAsTransformersDoes(JsonObject model) {
    String supplied = System.getProperty(SUPPLIED);
    assumeTrue(
        supplied != null, "-D" + SUPPLIED + " names no directory with " + name(model) + ".jinja");
    assertRendered(model, Path.of(supplied, name(model) + ".jinja"));
  }

  private static String name(JsonObject model) {
    return model.get("name").getAsString();
  }

  private static void assertRendered(JsonObject model, Path file) {
    String source = ChatGolden.text(file);
    assertThat(sha256(source)).isEqualTo(model.get("sha256").getAsString());
    ChatTemplate template = ChatGolden.template(source, model, GOLDEN.get("now").getAsString());
    assertThat(template.problem()).isEmpty();
    for (JsonObject each : ChatGolden.objects(model, "cases")) {
      String chat = each.get("chat").getAsString();
      List<ChatMessage> messages =
          ChatGolden.messages(GOLDEN.getAsJsonObject("chats").getAsJsonArray(chat));
      boolean generationPrompt = each.get("generation_prompt").getAsBoolean();
      if (each.has("error")) {
        assertThatThrownBy(() -> template.prompt(messages, generationPrompt))
            .as(chat)
            .isInstanceOf(InvalidRequestException.class)
            .isNotInstanceOf(ChatTemplateException.class)
            .hasMessageContaining(each.get("error").getAsString());
      } else if (each.has("expected")) {
        assertThat(template.prompt(messages, generationPrompt))
            .as(chat)
            .isEqualTo(each.get("expected").getAsString());
      } else {
        assertThat(sha256(template.prompt(messages, generationPrompt)))
            .as(chat)
            .isEqualTo(each.get("expected_sha256").getAsString());
      }
    }
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
