package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.l2s.EngineException;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files with a random value changed are refused with their name, or read and write texts.
 *
 * <p>{@code -Dl2s.test.mutations=1000} tries that many of each file.
 */
@Timeout(120)
class MutatedTokenizerTest {

  private static final int MUTATIONS = Integer.getInteger("l2s.test.mutations", 40);
  private static final String TEXT = "Where is the station? <s> Größe\n日本 🍎 12 aaaaaaaaab";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fixtures/t5-llm/tokenizer",
        "fixtures/llama/tokenizer",
        "fixtures/bart/tokenizer",
        "tokenizer/kinds/unigram-bytes",
        "tokenizer/kinds/bpe-bytes",
        "tokenizer/kinds/bpe-suffix",
        "tokenizer/kinds/word-level",
        "tokenizer/kinds/word-level-joined"
      })
  void aChangedFileIsRefusedOrWorks(String name) throws IOException {
    JsonObject original = Fixtures.json(Fixtures.resource(name + ".json"));
    Random random = new Random(name.hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      JsonObject json = original.deepCopy();
      mutate(json, random);
      String text = json.toString().replace("\uD800\"", "\\ud800\"");
      Path file = Files.writeString(directory.resolve("tokenizer.json"), text);
      try {
        Tokenizer tokenizer = Tokenizer.load(file);
        tokenizer.decode(tokenizer.encode(TEXT));
      } catch (ModelLoadException | EngineException refusal) {
        assertThat(refusal.getMessage()).contains(file.toString()).hasSizeLessThan(1_000);
      }
    }
  }

  private static void mutate(JsonObject json, Random random) {
    List<Consumer<JsonElement>> places = new ArrayList<>();
    // The vocabulary's entries are alike; the components' fields must have their turn, too.
    collect(json, 3, places);
    places.get(random.nextInt(places.size())).accept(value(random));
  }

  private static void collect(JsonElement json, int entries, List<Consumer<JsonElement>> places) {
    if (json instanceof JsonObject object) {
      int left = object.size() > 20 ? entries : object.size();
      for (Map.Entry<String, JsonElement> field : List.copyOf(object.entrySet())) {
        if (left-- == 0) {
          return;
        }
        places.add(value -> object.add(field.getKey(), value));
        places.add(value -> object.remove(field.getKey()));
        collect(field.getValue(), entries, places);
      }
    } else if (json instanceof JsonArray array) {
      for (int i = 0; i < Math.min(array.size(), entries); i++) {
        int at = i;
        places.add(value -> array.set(at, value));
        collect(array.get(i), entries, places);
      }
    }
  }

  private static JsonElement value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> JsonNull.INSTANCE;
      case 1 -> new JsonPrimitive(random.nextInt(-2, 2_000));
      case 2 -> new JsonPrimitive(Long.MAX_VALUE);
      case 3 -> new JsonPrimitive(1e300);
      case 4 -> new JsonPrimitive(random.nextBoolean());
      case 5 -> new JsonPrimitive("");
      case 6 -> new JsonPrimitive("\uD800");
      case 7 -> new JsonPrimitive("a".repeat(random.nextInt(5_000)));
      case 8 -> new JsonArray();
      case 9 -> new JsonObject();
      case 10 -> JsonParser.parseString("{\"Regex\":\"(.*)*x|.\"}");
      default ->
          JsonParser.parseString(
              "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\".\"},\"content\":\"%s\"}"
                  .formatted("b".repeat(random.nextInt(64))));
    };
  }
}
