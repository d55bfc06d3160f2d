package io.l2s.cli;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.l2s.ChatMessage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of a stream, one a line, read on demand.
 *
 * <p>A text line is a prompt as it is, even if empty. A JSONL line is an object with a string
 * {@code prompt}; its other fields are ignored. For chats a prompt is a user's message, and a JSONL
 * line may have {@code messages} instead. {@link LineReader} defines a line.
 */
final class PromptReader implements Iterator<Prompt> {

  private final LineReader lines;
  private final Form form;
  private final boolean chat;
  private @Nullable String line;

  PromptReader(String name, InputStream stream, Form form, boolean chat) {
    this.lines = new LineReader(name, stream);
    this.form = form;
    this.chat = chat;
  }

  @Override
  public boolean hasNext() {
    if (line == null) {
      line = lines.next();
    }
    return line != null;
  }

  @Override
  public Prompt next() {
    String next = line == null ? lines.next() : line;
    if (next == null) {
      throw new NoSuchElementException();
    }
    Prompt prompt =
        form == Form.JSONL ? parsed(next) : new Prompt(lines.position(), next, List.of());
    line = null;
    return chat && prompt.messages().isEmpty() ? prompt.asMessage() : prompt;
  }

  private Prompt parsed(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      String prompt = null;
      List<ChatMessage> messages = List.of();
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (name.equals("prompt")) {
          requireFirst(prompt == null && reader.peek() == JsonToken.STRING);
          prompt = reader.nextString();
        } else if (chat && name.equals("messages")) {
          messages = messages(reader);
        } else {
          reader.skipValue();
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw expected("nothing after the JSON object", null);
      }
      if ((prompt == null) == messages.isEmpty()) {
        throw expected(
            chat ? "either a field \"prompt\" or a field \"messages\"" : "a field \"prompt\"",
            null);
      }
      return new Prompt(lines.position(), prompt == null ? "" : prompt, messages);
    } catch (EOFException | MalformedJsonException | IllegalStateException | JsonParseException e) {
      throw expected(
          chat
              ? "a JSON object such as {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}"
              : "a JSON object such as {\"prompt\": \"…\"}",
          e);
    } catch (IOException e) {
      throw expected("a readable line", e);
    }
  }

  private void requireFirst(boolean first) {
    if (!first) {
      throw expected("one field \"prompt\" that is a string", null);
    }
  }

  private List<ChatMessage> messages(JsonReader reader) throws IOException {
    List<ChatMessage> messages = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      messages.add(message(reader));
    }
    reader.endArray();
    return messages;
  }

  /** A message, which may have nothing but its role and content, so that nothing is left out. */
  private ChatMessage message(JsonReader reader) throws IOException {
    Map<String, String> fields = new HashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      boolean known = name.equals("role") || name.equals("content");
      if (!known || reader.peek() != JsonToken.STRING || fields.containsKey(name)) {
        throw expected("messages with the strings \"role\" and \"content\" alone", null);
      }
      fields.put(name, reader.nextString());
    }
    reader.endObject();
    String role = fields.get("role");
    String content = fields.get("content");
    if (role == null || role.isBlank() || content == null) {
      throw expected("messages with the strings \"role\" and \"content\"", null);
    }
    return new ChatMessage(role, content);
  }

  private CommandFailure expected(String what, @Nullable Exception cause) {
    return new CommandFailure(lines.position() + ": expected " + what, cause);
  }
}
