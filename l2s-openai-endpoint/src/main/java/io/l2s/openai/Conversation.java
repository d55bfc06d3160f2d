package io.l2s.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.ChatFormat;
import io.l2s.ChatMessage;
import io.l2s.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The messages of a chat request: texts of system, developer, user and assistant. */
record Conversation(List<ChatMessage> messages) {

  // Chat templates know the older name.
  private static final Map<String, String> ROLES =
      Map.of("system", "system", "developer", "system", "user", "user", "assistant", "assistant");

  static Conversation read(RequestFields fields) {
    JsonNode messages = fields.value("messages");
    if (messages == null || !messages.isArray() || messages.isEmpty()) {
      throw fields.invalid(
          "messages",
          "a list of at least 1 message",
          messages == null ? "absent" : messages.toString());
    }
    List<ChatMessage> read = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      if (!(messages.get(i) instanceof ObjectNode message)) {
        throw fields.wrong("messages[" + i + "]", "an object", messages.get(i));
      }
      read.add(message(new RequestFields("messages[" + i + "].", message)));
    }
    return new Conversation(List.copyOf(read));
  }

  GenerationRequest request(ChatFormat format) {
    return format.request(messages);
  }

  private static ChatMessage message(RequestFields message) {
    String role = message.requiredText("role");
    String known = ROLES.get(role);
    if (known == null) {
      throw message.invalid("role", "one of system, developer, user, assistant", role);
    }
    String text = content(message);
    message.refuseOthers(Map.of());
    return new ChatMessage(known, text);
  }

  private static String content(RequestFields message) {
    JsonNode content = message.value("content");
    if (content == null) {
      throw message.missing("content", "a string or a list of parts of the type text");
    }
    if (content.isTextual()) {
      return content.textValue();
    }
    if (!content.isArray() || content.isEmpty()) {
      throw message.wrong("content", "a string or a list of parts of the type text", content);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      String name = "content[" + i + "]";
      if (!(content.get(i) instanceof ObjectNode object)) {
        throw message.wrong(name, "an object", content.get(i));
      }
      RequestFields part = new RequestFields(message.name(name) + ".", object);
      String type = part.requiredText("type");
      if (!type.equals("text")) {
        throw part.invalid("type", "text, the only kind of content that is supported", type);
      }
      text.append(part.requiredText("text"));
      part.refuseOthers(Map.of());
    }
    return text.toString();
  }
}
