package io.l2s.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fixture models and what they must answer. */
final class FixtureBundle {

  static final String MAX_NEW_TOKENS = "24";

  /** A fixture prompt with its ids and the greedy answer to it. */
  record Case(String text, List<Integer> inputIds, List<Integer> ids, String answer) {}

  private FixtureBundle() {}

  static Path llm() {
    return fixture("t5-llm");
  }

  static Path hybrid() {
    return fixture("hybrid-a-t5-t5-add");
  }

  /** Writes a bundle of the fixture models, in place where they are. */
  static Path write(Path directory) throws IOException {
    return write(directory, new JsonObject());
  }

  /** As {@link #write(Path)} with a template that takes any prompt as it is. */
  static Path ofAnyPrompt(Path directory) throws IOException {
    JsonObject anyPrompt = new JsonObject();
    anyPrompt.addProperty("promptTemplate", "{source}");
    return write(directory, anyPrompt);
  }

  /** As {@link #write(Path)} with {@code changes} to its fields. */
  static Path write(Path directory, JsonObject changes) throws IOException {
    JsonObject bundle = new JsonObject();
    bundle.addProperty("format", 1);
    bundle.addProperty("llm", llm().toString());
    bundle.addProperty("slm", hybrid().resolve("slm").toString());
    bundle.addProperty("projector", hybrid().resolve("projector.safetensors").toString());
    bundle.addProperty("fusion", "add");
    bundle.addProperty("promptTokenizer", "slm");
    bundle.addProperty("promptTemplate", "translate English to German: {source}");
    changes.entrySet().forEach(change -> bundle.add(change.getKey(), change.getValue()));
    Files.writeString(directory.resolve("l2s.json"), bundle.toString());
    return directory;
  }

  /** Makes {@code target} the fixture's SLM with two tokens that have each other's ids. */
  static Path slmOfOtherTokens(Path target) throws IOException {
    Files.createDirectory(target);
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(hybrid().resolve("slm").resolve(name), target.resolve(name));
    }
    Path file = target.resolve("tokenizer.json");
    JsonObject tokenizer = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    JsonArray tokens = tokenizer.getAsJsonObject("model").getAsJsonArray("vocab");
    JsonElement token = tokens.get(300);
    tokens.set(300, tokens.get(301));
    tokens.set(301, token);
    Files.writeString(file, tokenizer.toString());
    return target;
  }

  static List<Case> cases(Path fixture) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonElement element : expected(fixture).getAsJsonArray("cases")) {
      JsonObject greedy = element.getAsJsonObject().getAsJsonObject("greedy");
      cases.add(
          new Case(
              element.getAsJsonObject().get("text").getAsString(),
              ints(element.getAsJsonObject().getAsJsonArray("input_ids")),
              ints(greedy.getAsJsonArray("ids")),
              greedy.get("text").getAsString()));
    }
    return cases;
  }

  private static JsonObject expected(Path fixture) throws IOException {
    String json = Files.readString(fixture.resolve("expected.json"));
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static List<Integer> ints(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsInt).toList();
  }

  static Path fixture(String name) {
    try {
      return Path.of(FixtureBundle.class.getResource("/fixtures/" + name + "/").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
