package io.l2s.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import java.io.IOException;

/** Reads a small JSON value as a tree; a large one would take many times its size. */
final class BoundedJson {

  private static final int MAX_ELEMENTS = 4096;
  private static final int MAX_DEPTH = 32;

  private final JsonReader in;
  private int elements;

  private BoundedJson(JsonReader in) {
    this.in = in;
  }

  static JsonElement read(JsonReader in) throws IOException {
    return new BoundedJson(in).value(0);
  }

  private JsonElement value(int depth) throws IOException {
    if (++elements > MAX_ELEMENTS || depth > MAX_DEPTH) {
      throw new InvalidTokenizerException(
          "a component must have at most "
              + MAX_ELEMENTS
              + " values and "
              + MAX_DEPTH
              + " levels, but has more at "
              + JsonNode.shown(in.getPath()));
    }
    return switch (in.peek()) {
      case BEGIN_OBJECT -> object(depth);
      case BEGIN_ARRAY -> array(depth);
      case STRING -> new JsonPrimitive(in.nextString());
      case NUMBER -> new JsonPrimitive(new LazilyParsedNumber(in.nextString()));
      case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
      default -> {
        in.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  private JsonElement object(int depth) throws IOException {
    JsonObject object = new JsonObject();
    in.beginObject();
    while (in.hasNext()) {
      object.add(in.nextName(), value(depth + 1));
    }
    in.endObject();
    return object;
  }

  private JsonElement array(int depth) throws IOException {
    JsonArray array = new JsonArray();
    in.beginArray();
    while (in.hasNext()) {
      array.add(value(depth + 1));
    }
    in.endArray();
    return array;
  }
}
