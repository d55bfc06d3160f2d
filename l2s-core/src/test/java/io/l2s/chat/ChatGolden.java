package io.l2s.chat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.ChatMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What transformers rendered, and how to render the same here. */
final class ChatGolden {

  private static final Path DIRECTORY = Path.of("src/test/resources/chat");

  private ChatGolden() {}

  static Path resource(String name) {
    return DIRECTORY.resolve(name);
  }

  static JsonObject json(String name) {
    return JsonParser.parseString(text(resource(name))).getAsJsonObject();
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonObject> objects(JsonObject parent, String name) {
    List<JsonObject> objects = new ArrayList<>();
    parent.getAsJsonArray(name).forEach(each -> objects.add(each.getAsJsonObject()));
    return objects;
  }

  static List<ChatMessage> messages(JsonArray messages) {
    List<ChatMessage> chat = new ArrayList<>();
    for (JsonElement each : messages) {
      JsonObject message = each.getAsJsonObject();
      chat.add(
          new ChatMessage(message.get("role").getAsString(), message.get("content").getAsString()));
    }
    return chat;
  }

  /** The template with the special tokens that {@code model} names, at the time {@code now}. */
  static ChatTemplate template(String source, JsonObject model, String now) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : List.of("bos_token", "eos_token")) {
      if (model.has(name) && !model.get(name).isJsonNull()) {
        tokens.put(name, model.get(name).getAsString());
      }
    }
    Clock clock = Clock.fixed(LocalDateTime.parse(now).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    return ChatTemplate.parse(Path.of("chat_template.jinja"), source, tokens, clock);
  }
}
