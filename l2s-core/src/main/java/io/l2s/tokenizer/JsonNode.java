package io.l2s.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An object in a {@code tokenizer.json} and the way to it, so that an error names the field.
 *
 * @param path such as {@code normalizer.normalizers[1]}
 */
record JsonNode(String path, JsonObject json) {

  private static final int MAX_SHOWN = 60;

  /** Components in components, such as sequences in sequences. */
  private static final int MAX_DEPTH = 8;

  /** Components of one sequence; real files have up to six. */
  private static final int MAX_COMPONENTS = 64;

  static JsonNode of(String path, JsonElement json) {
    if (json instanceof JsonObject object) {
      return new JsonNode(path, object);
    }
    throw InvalidTokenizerException.field(path, "an object", shown(json));
  }

  /** The component's {@code type}. */
  String type() {
    return text("type");
  }

  InvalidTokenizerException unknownType(List<String> known) {
    return InvalidTokenizerException.field(
        path + ".type", "one of " + String.join(", ", known), shown(json.get("type")));
  }

  String text(String name) {
    JsonElement value = json.get(name);
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return wellFormed(path + "." + name, primitive.getAsString());
    }
    throw wrong(name, "text");
  }

  /** A text of at most {@code limit} characters. */
  String text(String name, int limit) {
    String text = text(name);
    if (text.length() > limit) {
      throw InvalidTokenizerException.field(
          path + "." + name, "at most " + limit + " characters", "of " + text.length());
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

  boolean flag(String name) {
    if (json.get(name) instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrong(name, "true or false");
  }

  boolean flag(String name, boolean absent) {
    return has(name) ? flag(name) : absent;
  }

  int integer(String name, int least, int most) {
    return integer(path + "." + name, json.get(name), least, most);
  }

  static int integer(String path, JsonElement value, int least, int most) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      // A number of millions of digits would be slow to convert.
      String digits = primitive.getAsString();
      if (digits.length() <= 20) {
        BigDecimal number = new BigDecimal(digits);
        if (number.scale() <= 0
            && number.scale() > -20
            && number.compareTo(BigDecimal.valueOf(least)) >= 0
            && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
          return number.intValueExact();
        }
      }
    }
    throw InvalidTokenizerException.field(
        path, "a whole number in " + least + ".." + most, shown(value));
  }

  /** The choice among {@code known} that the field names. */
  String choice(String name, Set<String> known) {
    String chosen = text(name);
    if (!known.contains(chosen)) {
      throw wrong(name, "one of " + String.join(", ", known));
    }
    return chosen;
  }

  JsonNode object(String name) {
    return of(path + "." + name, json.get(name));
  }

  JsonArray array(String name) {
    if (json.get(name) instanceof JsonArray array) {
      return array;
    }
    throw wrong(name, "a list");
  }

  /** The objects of a list. */
  List<JsonNode> objects(String name) {
    JsonArray array = array(name);
    List<JsonNode> nodes = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      nodes.add(of(path + "." + name + "[" + i + "]", array.get(i)));
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
      throw InvalidTokenizerException.field(
          path + "." + name,
          "at most " + MAX_COMPONENTS + " components, with those of sequences in it",
          String.valueOf(components));
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

  boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  InvalidTokenizerException wrong(String name, String bound) {
    return InvalidTokenizerException.field(path + "." + name, bound, shown(json.get(name)));
  }

  /** A value as a message shows it: short, on one line. */
  static String shown(@org.jspecify.annotations.Nullable JsonElement value) {
    if (value == null) {
      return "left out";
    }
    if (value.isJsonObject()) {
      return "an object";
    }
    if (value.isJsonArray()) {
      return "a list";
    }
    return shown(value.toString());
  }

  static String shown(String text) {
    String start = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    StringBuilder line = new StringBuilder();
    start
        .codePoints()
        .forEach(
            c -> {
              boolean unprintable =
                  Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
              line.append(unprintable ? "\\u%04x".formatted(c) : Character.toString(c));
            });
    return line.toString();
  }

  static String wellFormed(String path, String text) {
    if (Surrogates.firstLone(text, 0) >= 0) {
      throw new InvalidTokenizerException(
          path + " has half a surrogate pair, which is no character: " + shown(text));
    }
    return text;
  }
}
