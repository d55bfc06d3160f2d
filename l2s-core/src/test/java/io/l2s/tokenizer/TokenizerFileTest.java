package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFileTest {

  private static final Path T5 = Fixtures.resource("fixtures/t5-relu/tokenizer.json");

  @TempDir Path directory;

  @Test
  void namesAFileThatDoesNotExist() {
    Path missing = directory.resolve("tokenizer.json");

    assertThatThrownBy(() -> Tokenizer.load(missing))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("does not exist");
  }

  @Test
  void namesADirectoryGivenForAFile() {
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(directory + ": must be a file, but is a directory");
  }

  @Test
  void readsAFileOfTheLargestSize() throws IOException {
    String json = Files.readString(HostileFiles.T5);
    int blanks = (36 << 20) - json.getBytes(StandardCharsets.UTF_8).length;
    Path file = HostileFiles.write(directory, json + " ".repeat(blanks));

    assertThat(Files.size(file)).isEqualTo(36 << 20);
    assertThat(Tokenizer.load(file).encode("hello")).isNotEmpty();
  }

  @Test
  void refusesALargerFileThanAnyTokenizerUnread() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength((36L << 20) + 1);
    }

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file + ": must have at most 37748736 bytes, but has 37748737");
  }

  @Test
  void saysWhyTheSystemDoesNotLetAFileBeRead() throws IOException {
    Path memory = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(memory));
    Path file = Files.createSymbolicLink(directory.resolve("tokenizer.json"), memory);

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file + ": cannot be read: ")
        .hasMessageNotContaining("Exception");
    Files.delete(file);
  }

  @Test
  void namesAFileThatIsNotUtf8() throws IOException {
    Path file = Files.write(directory.resolve("t.json"), new byte[] {'{', '"', (byte) 0xE9, '"'});

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "not json",
        "{\"model\":null}",
        "{\"model\":{}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":\"x\"},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":2147483647},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1},\"merges\":[\"b c\"]}}",
        "{\"model\":{\"type\":\"Unigram\",\"unk_id\":9,\"vocab\":[[\"a\",0.0]]}}",
        "{\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[]]}}",
        "{\"model\":{\"type\":\"NoSuch\",\"vocab\":{}}}",
        "{\"added_tokens\":[{}],\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}",
        "{\"added_tokens\":[1],\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}",
        "{\"decoder\":[],\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}",
        "{\"decoder\":{\"type\":{}},\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}} {}"
      })
  void namesAMalformedFile(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("tokenizer.json"), json);

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A new token gets the vocabulary's size, though ids beyond it are taken.
        "{\"id\":2,\"content\":\"x\"},{\"id\":3,\"content\":\"y\"} | 5",
        // Behind a known token with a larger id it counts on from there.
        "{\"id\":5,\"content\":\"b\"},{\"id\":6,\"content\":\"x\"} | 6",
        "{\"id\":0,\"content\":\"a\"},{\"id\":2,\"content\":\"x\"} | 5"
      })
  void addedTokensOfAVocabularyWithHolesGetTheIdsOfTheReference(String added, int largest)
      throws IOException {
    String model = "\"type\":\"WordLevel\",\"unk_token\":\"a\",\"vocab\":{\"a\":0,\"b\":5}";
    Path file = write("{\"added_tokens\":[" + added + "],\"model\":{" + model + "}}");

    Tokenizer tokenizer = Tokenizer.load(file);
    assertThat(tokenizer.maxTokenId()).isEqualTo(largest);
  }

  @Test
  void anAddedTokenWithAnotherIdThanTheReferencesIsRefused() throws IOException {
    String model = "\"type\":\"WordLevel\",\"unk_token\":\"a\",\"vocab\":{\"a\":0,\"b\":5}";
    String added = "{\"id\":5,\"content\":\"b\"},{\"id\":2,\"content\":\"x\"}";
    Path file = write("{\"added_tokens\":[" + added + "],\"model\":{" + model + "}}");

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("added_tokens[1].id must be 6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\":\"WordPiece\",\"unk_token\":\"a\"",
        "\"unk_token\":\"a\",\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":9"
      })
  void refusesWordPieceAndNamesTheSupportedKinds(String fields) throws IOException {
    Path file = write("{\"model\":{" + fields + ",\"vocab\":{\"a\":0}}}");

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            file
                + ": the kind of tokenizer must be one of BPE, Unigram, WordLevel, but is"
                + " WordPiece; use a model with a supported kind");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]",
        "\"vocab\":{\"a\":0},\"merges\":[]",
        "\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"a\"",
        "\"vocab\":{\"a\":0},\"unk_token\":\"a\"",
        "\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"u\",0],[\"a\",0]],\"byte_fallback\":false",
        "\"unk_id\":0,\"vocab\":[[\"u\",0],[\"a\",0]]"
      })
  void readsEverySupportedKindWithAndWithoutItsType(String model) throws IOException {
    Path file = write("{\"version\":\"1.0\",\"added_tokens\":[],\"model\":{" + model + "}}");

    Tokenizer tokenizer = Tokenizer.load(file);
    assertThat(tokenizer.decode(tokenizer.encode("a"))).isEqualTo("a");
  }

  @Test
  void namesATruncatedFile() throws IOException {
    String json = Files.readString(T5);
    Path file = Files.writeString(directory.resolve("t.json"), json.substring(0, 20_000));

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesAMillionOpenBrackets() throws IOException {
    String json = "{\"decoder\":" + "[".repeat(1_000_000);
    Path file = Files.writeString(directory.resolve("t.json"), json);

    assertThatThrownBy(() -> Tokenizer.load(file)).isInstanceOf(ModelLoadException.class);
  }

  @Test
  void twoFilesWithTheSameTokensUnderTheSameIdsHaveOneVocabulary() {
    Tokenizer one = Fixtures.tokenizer("t5-relu");
    Tokenizer other = Fixtures.tokenizer("gpt2-sharedvocab");
    assertThat(one.vocabulary()).isEqualTo(other.vocabulary());
  }

  @Test
  void howTextsAreSplitDoesNotCount() throws IOException {
    JsonObject json = tree();
    json.remove("padding");
    json.remove("normalizer");
    json.remove("pre_tokenizer");
    JsonObject model = json.getAsJsonObject("model");
    model.getAsJsonArray("vocab").get(9).getAsJsonArray().set(1, JsonParser.parseString("-1.5"));
    assertThat(vocabulary(write(json))).isEqualTo(vocabulary(T5));
  }

  @Test
  void anAddedTokenMakesAnotherVocabulary() throws IOException {
    JsonObject json = tree();
    json.getAsJsonArray("added_tokens")
        .add(JsonParser.parseString("{\"id\":700,\"content\":\"<new>\",\"special\":true}"));
    assertThat(vocabulary(write(json))).isNotEqualTo(vocabulary(T5));
  }

  @Test
  void twoTokensWithExchangedIdsMakeAnotherVocabularyOfTheSameSize() throws IOException {
    JsonObject json = tree();
    JsonArray tokens = json.getAsJsonObject("model").getAsJsonArray("vocab");
    JsonElement ninth = tokens.get(9);
    tokens.set(9, tokens.get(10));
    tokens.set(10, ninth);
    assertThat(vocabulary(write(json)))
        .isNotEqualTo(vocabulary(T5))
        .extracting(Vocabulary::size)
        .isEqualTo(vocabulary(T5).size());
  }

  private static Vocabulary vocabulary(Path file) throws IOException {
    return TokenizerFile.read(file).vocabulary();
  }

  private static JsonObject tree() throws IOException {
    return JsonParser.parseString(Files.readString(T5)).getAsJsonObject();
  }

  private Path write(JsonObject json) throws IOException {
    String text = new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(json);
    return write(text);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("other.json"), text);
  }
}
