package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Tokenizer files that a test has made from good ones. */
final class HostileFiles {

  static final Path T5 = Fixtures.resource("fixtures/t5-llm/tokenizer.json");
  static final Path GPT2 = Fixtures.resource("fixtures/gpt2/tokenizer.json");
  static final String TEXT = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";
  static final String END = "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}";

  private HostileFiles() {}

  static void assertRefused(Path file, String... problems) {
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .satisfies(refusal -> assertThat(problems).allMatch(refusal.getMessage()::contains))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(600));
  }

  static JsonObject object(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  static JsonObject replace(String regex, String content) {
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", regex);
    JsonObject replace = object("{\"type\":\"Replace\"}");
    replace.addProperty("content", content);
    replace.add("pattern", pattern);
    return replace;
  }

  static JsonObject precompiled(String map) {
    JsonObject precompiled = object("{\"type\":\"Precompiled\"}");
    precompiled.addProperty("precompiled_charsmap", map);
    return precompiled;
  }

  static JsonObject template(String pieces, String tokens) {
    return object(
        "{\"type\":\"TemplateProcessing\",\"single\":["
            + pieces
            + "],\"pair\":[],\"special_tokens\":"
            + tokens
            + "}");
  }

  static String packed(int[] units, String replacements) {
    byte[] text = replacements.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * units.length + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units.length);
    for (int unit : units) {
      bytes.putInt(unit);
    }
    return Base64.getEncoder().encodeToString(bytes.put(text).array());
  }

  static Path with(Path directory, Path original, String component, JsonElement value)
      throws IOException {
    return write(directory, json(original, component, value.toString()));
  }

  /** The file's text with another component, which need not be a tree that a parser can hold. */
  static String json(Path original, String component, String value) {
    JsonObject json = Fixtures.json(original);
    json.remove(component);
    String rest = json.toString();
    return "{\"" + component + "\":" + value + "," + rest.substring(1);
  }

  static Path write(Path directory, String json) throws IOException {
    return Files.writeString(directory.resolve("tokenizer.json"), json);
  }

  static JsonObject sequence(String list, String step, int count) {
    return object(
        "{\"type\":\"Sequence\",\"" + list + "\":[" + (step + ",").repeat(count - 1) + step + "]}");
  }
}
