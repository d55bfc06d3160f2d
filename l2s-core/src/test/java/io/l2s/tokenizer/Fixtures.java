package io.l2s.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** The tokenizers that the tests use, and what the reference implementation made of them. */
final class Fixtures {

  static final List<String> MODELS =
      List.of(
          "t5-relu",
          "gpt2",
          "llama",
          "qwen2",
          "gpt2-sharedvocab",
          "qwen3",
          "llama-scaled",
          "mistral",
          "mt5",
          "bart");

  private Fixtures() {}

  static Path resource(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Tokenizer tokenizer(String model) {
    return Tokenizer.load(resource("fixtures/" + model + "/tokenizer.json"));
  }

  static JsonObject expected(String model) {
    return json(resource("fixtures/" + model + "/expected.json"));
  }

  static JsonObject json(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonObject> objects(JsonObject parent, String name) {
    return StreamSupport.stream(parent.getAsJsonArray(name).spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  static int[] ids(JsonObject parent, String name) {
    JsonArray array = parent.getAsJsonArray(name);
    return StreamSupport.stream(array.spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }
}
