package io.l2s.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.l2s.Excerpt;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.JsonFields;
import io.l2s.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An object in a {@code tokenizer.json} and the way to it, so that an error names the field. */
final class JsonNode extends JsonFields {

  private static final int MAX_SHOWN = 60;

  /** Values of a component; only vocabularies and merges have more, and no tree is made of them. */
  private static final int MAX_VALUES = 4096;

  /** Components in components, such as sequences in sequences. */
  private static final int MAX_DEPTH = 8;

  /** Components of one sequence; real files have up to six. */
  private static final int MAX_COMPONENTS = 64;

  private final String path;
  private final JsonObject json;

  /**
   * @param path such as {@code normalizer.normalizers[1]}
   */
  JsonNode(Path file, String path, JsonObject json) {
    super(file, json, path + ".");
    this.path = path;
    this.json = json;
  }

  static JsonNode of(Path file, String path, JsonElement json) {
    if (json instanceof JsonObject object) {
      return new JsonNode(file, path, object);
    }
    throw new ModelLoadException(file, path + " must be an object, but was " + shown(json));
  }

  /** The next value, which must be a text. */
  static String text(JsonReader in) throws IOException {
    if (in.peek() != JsonToken.STRING) {
      throw InvalidTokenizerException.field(shown(in.getPath()), "text", in.peek().toString());
    }
    return in.nextString();
  }

  /** The next value as a tree; a large one would take many times its size. */
  static JsonElement tree(Path file, JsonReader in) throws IOException {
    return StrictJson.next(file, in, MAX_VALUES);
  }

  String path() {
    return path;
  }

  JsonObject json() {
    return json;
  }

  /** The component's {@code type}. */
  String type() {
    return text("type");
  }

  ModelLoadException unknownType(List<String> known) {
    return wrong("type", "one of " + String.join(", ", known));
  }

  String text(String name) {
    return wellFormed(path + "." + name, requiredString(name));
  }

  /** A text of at most {@code limit} characters. */
  String text(String name, int limit) {
    String text = text(name);
    if (text.length() > limit) {
      throw problem(name, "must be at most " + limit + " characters, but was of " + text.length());
    }
    return text;
  }

  /** The text, empty where the field is absent or null. */
  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** The one character that is the field's text. */
  int character(String name) {
    String text = text(name);
    if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
      throw wrong(name, "one character");
    }
    return text.codePointAt(0);
  }

  /** The choice among {@code known} that the field names. */
  String choice(String name, Set<String> known) {
    String chosen = text(name);
    if (!known.contains(chosen)) {
      throw wrong(name, "one of " + String.join(", ", known));
    }
    return chosen;
  }

  /** An id of {@code known} in the field's value. */
  int id(String name, JsonElement value, BitSet known) {
    int id = toInt(name, value, 0, Integer.MAX_VALUE);
    if (!known.get(id)) {
      throw problem(
          name, "must be the id of a token, at most " + (known.length() - 1) + ", but was " + id);
    }
    return id;
  }

  JsonNode object(String name) {
    return of(file(), path + "." + name, element(name));
  }

  JsonArray array(String name) {
    if (element(name) instanceof JsonArray array) {
      return array;
    }
    throw wrong(name, "a list");
  }

  /** The objects of a list. */
  List<JsonNode> objects(String name) {
    JsonArray array = array(name);
    List<JsonNode> nodes = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      nodes.add(of(file(), path + "." + name + "[" + i + "]", array.get(i)));
    }
    return nodes;
  }

  /** The components of a sequence; refuses sequences in sequences beyond a small depth. */
  List<JsonNode> components(String name) {
    if (path.chars().filter(c -> c == '[').count() >= MAX_DEPTH) {
      throw new InvalidTokenizerException(
          path + " is a sequence in more than " + MAX_DEPTH + " others");
    }
    int components = components(json, name, 0) - 1;
    if (components > MAX_COMPONENTS) {
      throw problem(
          name,
          "must be at most "
              + MAX_COMPONENTS
              + " components, with those of sequences in it, but was "
              + components);
    }
    return objects(name);
  }

  /** This one and, where it is a sequence, those in it. */
  private static int components(JsonElement component, String name, int depth) {
    int all = 1;
    if (component instanceof JsonObject object
        && object.get(name) instanceof JsonArray array
        && depth <= MAX_DEPTH) {
      for (JsonElement each : array) {
        all += components(each, name, depth + 1);
      }
    }
    return all;
  }

  ModelLoadException wrong(String name, String bound) {
    return problem(name, "must be " + bound + ", but was " + shown(element(name)));
  }

  static String shown(String text) {
    return Excerpt.of(text, MAX_SHOWN);
  }

  static String wellFormed(String path, String text) {
    if (Surrogates.firstLone(text, 0) >= 0) {
      throw new InvalidTokenizerException(
          path + " has half a surrogate pair, which is no character: " + shown(text));
    }
    return text;
  }
}
