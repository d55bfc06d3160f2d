package io.l2s.cli;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of a stream, one a line, read on demand.
 *
 * <p>A text line is a prompt as it is, even if empty. A JSONL line is an object with a string
 * {@code prompt}; its other fields are ignored. {@link LineReader} defines a line.
 */
final class PromptReader implements Iterator<Prompt> {

  private final LineReader lines;
  private final Form form;
  private @Nullable String line;

  PromptReader(String name, InputStream stream, Form form) {
    this.lines = new LineReader(name, stream);
    this.form = form;
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
    String text = form == Form.JSONL ? promptField(next) : next;
    line = null;
    return new Prompt(lines.position(), text);
  }

  private String promptField(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      String prompt = null;
      reader.beginObject();
      while (reader.hasNext()) {
        if (!reader.nextName().equals("prompt")) {
          reader.skipValue();
        } else if (prompt == null && reader.peek() == JsonToken.STRING) {
          prompt = reader.nextString();
        } else {
          throw expected("one field \"prompt\" that is a string", null);
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw expected("nothing after the JSON object", null);
      }
      if (prompt == null) {
        throw expected("a field \"prompt\"", null);
      }
      return prompt;
    } catch (EOFException | MalformedJsonException | IllegalStateException | JsonParseException e) {
      throw expected("a JSON object such as {\"prompt\": \"…\"}", e);
    } catch (IOException e) {
      throw expected("a readable line", e);
    }
  }

  private CommandFailure expected(String what, @Nullable Exception cause) {
    return new CommandFailure(lines.position() + ": expected " + what, cause);
  }
}
