package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.EngineException;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that made the Rust library of the reference abort the process, or take minutes and
 * gigabytes, and others of their kinds.
 */
@Timeout(30)
class HostileTokenizerTest {

  private static final Path T5 = Fixtures.resource("fixtures/t5-llm/tokenizer.json");
  private static final Path GPT2 = Fixtures.resource("fixtures/gpt2/tokenizer.json");
  private static final String TEXT = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";
  private static final String END = "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "((a+)+)+$ # a repetition of a part that repeats or chooses itself",
        "(a|a)*b # a repetition of a part that repeats or chooses itself",
        "(a|aa)+$ # a repetition of a part that repeats or chooses itself",
        "(?:a?){50}a{50} # a repetition of a part that repeats or chooses itself",
        "(a*)*? # a repetition of a part that repeats or chooses itself",
        "(?:){1000} # a repetition of a part that may be empty",
        "(?=a)* # a repetition of a part that may be empty",
        "((a{9}){9}) # a repetition of a part that repeats or chooses itself",
        "(?<=a*b)c # a repetition without end in what stands before a place",
        "(?<!a{2,})c # a repetition without end in what stands before a place",
        "(a)\\1 # \"\\1\"",
        "(?<n>a)\\k<n> # a group with options or a name",
        "a{100000} # a brace that counts nothing",
        "a{1001} # a count outside 1..1000",
        "a** # a repetition of a repetition",
        "(a # a group without its end",
        "a) # a closing parenthesis without an opening one",
        "[a # a class without its end",
        "[^] # an empty class",
        "[z-a] # a range that is none",
        "[a&&b] # an intersection of classes",
        "\\p{Nothing} # the property \"Nothing\"",
        "\\R # \"\\R\"",
        "a\\ # a backslash at the end",
      })
  void refusesExpressionsThatItDoesNotRead(String regex, String problem) throws IOException {
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", regex);
    JsonObject replace = object("{\"type\":\"Replace\",\"content\":\"x\"}");
    replace.add("pattern", pattern);

    assertRefused(with(T5, "normalizer", replace), "normalizer.pattern.Regex", problem);
  }

  @Test
  void refusesGroupsInGroupsWithoutEnd() throws IOException {
    assertRefused(
        with(T5, "normalizer", replace("(".repeat(2_000) + "a" + ")".repeat(2_000), "x")),
        "normalizer.pattern.Regex",
        "groups in more than 16 others");
  }

  @Test
  void refusesATextThatAnExpressionIsSlowOn() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(with(T5, "normalizer", replace("a*a*a*a*b", "x")));
    assertThat(tokenizer.encode("station")).isNotEmpty();
    assertThatThrownBy(() -> tokenizer.encode("a".repeat(3_000)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("normalizer.pattern.Regex takes too long for a text of 3000");
  }

  @Test
  void stepsShareTheTimeThatATextMayTake() throws IOException {
    // Each of them looks at the text some 600 000 times and changes nothing.
    String slow = replace("a*a*b", "x").toString();
    String text = "a".repeat(150);
    for (String component : List.of("normalizer", "decoder")) {
      String list = component + "s";
      String first = component.equals("decoder") ? "{\"type\":\"Fuse\"}," : "";
      Tokenizer one = Tokenizer.load(with(T5, component, sequence(list, first + slow, 1)));
      assertThat(one.decode(one.encode(text))).contains("aaa");
      JsonObject steps = sequence(list, first + (slow + ",").repeat(62) + slow, 1);
      assertThatThrownBy(
              () -> {
                Tokenizer many = Tokenizer.load(with(T5, component, steps));
                many.decode(many.encode(text));
              })
          .hasMessageContaining(component + "." + list)
          .hasMessageContaining("takes too long");
    }
  }

  @Test
  void refusesMoreStepsThanAnyTextNeeds() throws IOException {
    String step = "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}";
    Tokenizer.load(with(T5, "normalizer", sequence("normalizers", step, 64)));
    assertRefused(
        with(T5, "normalizer", sequence("normalizers", step, 65)),
        "normalizer.normalizers must be at most 64 components, with those of sequences in it, but"
            + " was 65");
    String nested = sequence("normalizers", step, 10).toString();
    assertRefused(with(T5, "normalizer", sequence("normalizers", nested, 10)), "but was 110");
    String split = "{\"type\":\"Digits\",\"individual_digits\":true}";
    assertRefused(
        with(T5, "pre_tokenizer", sequence("pretokenizers", split, 65)),
        "pre_tokenizer.pretokenizers must be at most 64 components");
    assertRefused(
        with(T5, "decoder", sequence("decoders", "{\"type\":\"Fuse\"}", 65)),
        "decoder.decoders must be at most 64 components");
  }

  @Test
  void refusesAClassOfManyItems() throws IOException {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 257; i++) {
      items.append(Character.toString(0x4E00 + 2 * i));
    }
    String largest = items.substring(1);
    Tokenizer.load(with(T5, "normalizer", replace("[" + largest + "]", "x")));
    for (String regex : List.of("[" + items + "]", "[^" + largest + "[a]]")) {
      assertRefused(
          with(T5, "normalizer", replace(regex, "x")),
          "normalizer.pattern.Regex has a class of more than 256 characters, ranges and classes");
    }
  }

  @Test
  void readsTheExpressionsOfLargeVocabularies() throws IOException {
    for (String regex :
        List.of(
            // Llama 3
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // Qwen
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // GPT-4o
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
                + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // BLOOM
            " ?[^(\\s|[.,!?…。，、।۔،])]+")) {
      Tokenizer tokenizer = Tokenizer.load(with(T5, "normalizer", replace(regex, "a")));
      assertThat(tokenizer.encode("Where is the station? ".repeat(500))).isNotEmpty();
    }
  }

  @Test
  void refusesACharacterMapWithALongReplacement() throws IOException {
    Tokenizer.load(with(T5, "normalizer", precompiled(mapOfAcute(256))));
    assertRefused(
        with(T5, "normalizer", precompiled(mapOfAcute(257))),
        "normalizer.precompiled_charsmap must be a trie of replacements of at most 256 bytes");
  }

  @Test
  void limitsWhatACharacterMapMakesOfOneGrapheme() throws IOException {
    Normalizer map = CharacterMap.read(JsonNode.of(T5, "normalizer", precompiled(mapOfAcute(256))));
    // Without a limit inside of the grapheme, more characters than a text may have.
    String text = "a" + "\u0301".repeat(9_000_000);
    WorkLimit limit = WorkLimit.of("normalizer", 10, new RegexBudget(10));

    assertThatThrownBy(() -> map.apply(new Normalizer.Normalized(text, true, limit)))
        .isInstanceOf(InvalidTokenizerException.class)
        .hasMessageContaining("normalizer makes more than 1664 characters");
  }

  /** A map of U+0301, in UTF-8 CC 81, to {@code length} characters. */
  private static String mapOfAcute(int length) {
    int[] units = new int[768];
    units[0] = 256 << 10;
    units[256 ^ 0xCC] = 0xCC | (256 ^ 0xCC ^ 512) << 10;
    units[512 ^ 0x81] = 0x81 | 1 << 8 | (512 ^ 0x81 ^ 700) << 10;
    return packed(units, "x".repeat(length) + "\0");
  }

  private static JsonObject sequence(String list, String step, int count) {
    return object(
        "{\"type\":\"Sequence\",\"" + list + "\":[" + (step + ",").repeat(count - 1) + step + "]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "AAAAAA==", "no base 64!", "BAAAAA=="})
  void refusesAShortCharacterMap(String map) throws IOException {
    assertRefused(with(T5, "normalizer", precompiled(map)), "normalizer.precompiled_charsmap");
  }

  @Test
  void refusesACharacterMapOfAnotherType() throws IOException {
    for (String map : List.of("1", "[]", "{}")) {
      assertRefused(
          with(
              T5,
              "normalizer",
              object("{\"type\":\"Precompiled\",\"precompiled_charsmap\":" + map + "}")),
          "normalizer.precompiled_charsmap must be a text, but was " + map);
    }
  }

  @Test
  void refusesACharacterMapThatIsNull() throws IOException {
    assertRefused(
        with(T5, "normalizer", object("{\"type\":\"Precompiled\",\"precompiled_charsmap\":null}")),
        "normalizer.precompiled_charsmap is missing");
  }

  @Test
  void refusesACharacterMapThatLeadsNowhere() throws IOException {
    int[] garbage = new int[4];
    Arrays.fill(garbage, -1);
    assertRefused(
        with(T5, "normalizer", precompiled(packed(garbage, "abc\0"))),
        "normalizer.precompiled_charsmap must be a trie of nodes below 4");
  }

  @Test
  void refusesACharacterMapWhoseReplacementsEndEarly() throws IOException {
    // "a" leads to a leaf, and this to place 7 of replacements of 4 bytes.
    int[] units = new int[512];
    units[0] = 256 << 10;
    units[256 ^ 'a'] = 'a' | 1 << 8 | (256 ^ 'a' ^ 300) << 10;
    units[300] = 7;
    assertRefused(
        with(T5, "normalizer", precompiled(packed(units, "abc\0"))), "one that leads to 7");
    units[300] = 1;
    Tokenizer tokenizer =
        Tokenizer.load(with(T5, "normalizer", precompiled(packed(units, "abc\0"))));
    assertThat(tokenizer.encode("a")).isEqualTo(tokenizer.encode("bc"));
  }

  @Test
  void refusesATemplateWithoutItsToken() throws IOException {
    assertRefused(
        with(T5, "post_processor", template(TEXT + "," + END, "{}")),
        "post_processor.special_tokens must have the token \"</s>\" of the template");
  }

  @Test
  void refusesATemplateWithAnIdOfNoToken() throws IOException {
    String token = "{\"</s>\":{\"id\":\"</s>\",\"ids\":[99999],\"tokens\":[\"</s>\"]}}";
    assertRefused(
        with(T5, "post_processor", template(TEXT + "," + END, token)),
        "post_processor.special_tokens.</s>.ids[0] must be the id of a token, at most 699, but was"
            + " 99999");
    assertRefused(
        with(
            T5,
            "post_processor",
            object("{\"type\":\"BertProcessing\",\"sep\":[\"x\",5000],\"cls\":[\"y\",1]}")),
        "post_processor.sep[1] must be the id of a token, at most 699, but was 5000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}",
        "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}",
        "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}",
        "{}",
        "1"
      })
  void refusesATemplateThatIsNoneOfOneText(String pieces) throws IOException {
    String token = "{\"</s>\":{\"id\":\"</s>\",\"ids\":[1],\"tokens\":[\"</s>\"]}}";
    assertRefused(with(T5, "post_processor", template(pieces, token)), "post_processor.single");
  }

  @ParameterizedTest
  @CsvSource({
    "normalizer,normalizers,Sequence",
    "pre_tokenizer,pretokenizers,Sequence",
    "post_processor,processors,Sequence",
    "decoder,decoders,Sequence"
  })
  void refusesSequencesInSequences(String component, String list, String type) throws IOException {
    for (int depth : new int[] {10, 100, 10_000}) {
      String opening = "{\"type\":\"" + type + "\",\"" + list + "\":[";
      String json = json(T5, component, opening.repeat(depth) + "]}".repeat(depth));

      assertRefused(write(json), component);
    }
  }

  @Test
  void stripsTheEndsOfShortTokens() throws IOException {
    String decoder =
        """
        {"type":"Sequence","decoders":[
          {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
          {"type":"Strip","content":" ","start":2,"stop":3}]}""";
    Tokenizer tokenizer = Tokenizer.load(with(T5, "decoder", object(decoder)));
    for (int id = 0; id <= tokenizer.maxTokenId(); id++) {
      int one = id;
      assertThatCode(() -> tokenizer.decode(one, one)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"FixedLength\",\"length\":0}",
        "{\"type\":\"UnicodeScripts\"}",
        "{\"type\":\"Nothing\"}",
        "{\"type\":null}",
        "{}",
        "[]",
        "\"ByteLevel\""
      })
  void refusesStepsThatItDoesNotKnow(String step) throws IOException {
    for (String component : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      assertRefused(write(json(T5, component, step)), component);
    }
  }

  @Test
  void refusesContentsThatLengthenTexts() throws IOException {
    String one = replace(".", "a".repeat(1_000)).toString();
    String three = "{\"type\":\"Sequence\",\"normalizers\":[" + one + "," + one + "," + one + "]}";
    assertRefused(
        with(T5, "normalizer", object(three)),
        "normalizer.normalizers[0].content must be at most 64 characters, but was of 1000");
  }

  @Test
  void refusesShortContentsThatLengthenTextsTogether() throws IOException {
    String one = replace(".", "a".repeat(64)).toString();
    String three = "{\"type\":\"Sequence\",\"normalizers\":[" + one + "," + one + "," + one + "]}";
    assertRefused(
        with(T5, "normalizer", object(three)),
        "normalizer makes more than",
        "characters of a text");
    assertRefused(
        with(T5, "decoder", object(three.replace("normalizers", "decoders"))),
        "decoder makes more than");
    String spelled = "{\"type\":\"ByteLevel\",\"add_prefix_space\":true}";
    assertRefused(
        with(
            T5,
            "pre_tokenizer",
            object(
                "{\"type\":\"Sequence\",\"pretokenizers\":["
                    + (spelled + ",").repeat(30)
                    + spelled
                    + "]}")),
        "pre_tokenizer makes more than");
  }

  @Test
  void refusesAMergeWithoutTheFilesPrefix() throws IOException {
    String model =
        """
        {"type":"BPE","continuing_subword_prefix":"long prefix",
         "vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}""";
    assertRefused(
        write("{\"model\":" + model + "}"),
        "model.merges[0] must be a pair whose second part starts with continuing_subword_prefix");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[] | two tokens with the id 0",
        "\"type\":\"BPE\",\"vocab\":{\"a\":4194304},\"merges\":[] | in 0..4194303",
        "\"type\":\"BPE\",\"vocab\":{\"a\":0.5},\"merges\":[] | a whole number",
        "\"type\":\"BPE\",\"vocab\":{\"a\":1e999999999},\"merges\":[] | a whole number",
        "\"type\":\"BPE\",\"vocab\":{\"\\ud800\":0},\"merges\":[] | half a surrogate pair",
        "\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[],\"dropout\":0.1 | model.dropout",
        "\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a\"] | model.merges[0]",
        "\"type\":\"BPE\",\"vocab\":{\"a\":0} | model.merges must be the list of merges",
        "\"type\":\"BPE\",\"merges\":[] | model.vocab",
        "\"type\":\"Unigram\",\"vocab\":[] | model.vocab must be at least one token",
        "\"type\":\"Unigram\",\"vocab\":{\"a\":0} | model.vocab must be a list of tokens and scores",
        "\"type\":\"WordLevel\",\"vocab\":{\"a\":0} | model.unk_token is missing",
        "\"type\":\"WordLevel\",\"unk_token\":1,\"vocab\":{\"a\":0} | model.unk_token must be a text",
        "\"vocab\":{\"a\":5},\"vocab\":[[\"b\",0]] | model.vocab is there twice",
        "\"type\":5,\"vocab\":{\"a\":0} | model.type must be a text",
      })
  void namesTheFieldOfTheModel(String fields, String problem) throws IOException {
    assertRefused(write("{\"model\":{" + fields + "}}"), problem);
  }

  @Test
  void refusesAnAddedTokenThatTheReferenceWouldGiveAnotherId() throws IOException {
    JsonObject json = Fixtures.json(T5);
    json.getAsJsonArray("added_tokens")
        .add(object("{\"id\":900,\"content\":\"<new>\",\"special\":true}"));
    assertRefused(
        write(json.toString()),
        "added_tokens[3].id must be 700, the id of \"<new>\" in model.vocab or the next free one,"
            + " but was 900");
  }

  @Test
  void loadsManyAddedTokensAtOnce() throws IOException {
    StringBuilder tokens = new StringBuilder("[");
    for (int i = 0; i < 200_000; i++) {
      tokens
          .append(i == 0 ? "" : ",")
          .append("{\"id\":")
          .append(599 + i)
          .append(",\"content\":\"<x")
          .append(i)
          .append(">\",\"normalized\":")
          .append(i % 2 == 0)
          .append("}");
    }
    Path file = write(json(GPT2, "added_tokens", tokens + "]"));

    long start = System.nanoTime();
    Tokenizer tokenizer = Tokenizer.load(file);
    assertThat(tokenizer.encode("<x199999><x7>")).containsExactly(200_598, 606);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void refusesALongAddedToken() throws IOException {
    assertRefused(
        write(
            json(
                T5,
                "added_tokens",
                "[{\"id\":700,\"content\":\"" + "a".repeat(257) + "\",\"special\":true}]")),
        "added_tokens[0].content must be at most 256 characters");
  }

  @Test
  void namesACharacterWithoutATokenWhereThereIsNoUnknownOne() throws IOException {
    JsonObject json = Fixtures.json(T5);
    json.getAsJsonObject("model").add("unk_id", JsonNull.INSTANCE);
    Tokenizer tokenizer = Tokenizer.load(write(json.toString()));
    assertThat(tokenizer.encode("hello")).isNotEmpty();
    for (ThrowingCallable reading :
        List.<ThrowingCallable>of(
            () -> tokenizer.encode("hello 日本"),
            () -> tokenizer.encodeAll(List.of("hello", "hello 日本")))) {
      assertThatThrownBy(reading)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("\"日本\" has no token, and model.unk_id is null");
    }
  }

  private void assertRefused(Path file, String... problems) {
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .satisfies(refusal -> assertThat(problems).allMatch(refusal.getMessage()::contains))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(600));
  }

  private static JsonObject object(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static JsonObject replace(String regex, String content) {
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", regex);
    JsonObject replace = object("{\"type\":\"Replace\"}");
    replace.addProperty("content", content);
    replace.add("pattern", pattern);
    return replace;
  }

  private static JsonObject precompiled(String map) {
    JsonObject precompiled = object("{\"type\":\"Precompiled\"}");
    precompiled.addProperty("precompiled_charsmap", map);
    return precompiled;
  }

  private static JsonObject template(String pieces, String tokens) {
    return object(
        "{\"type\":\"TemplateProcessing\",\"single\":["
            + pieces
            + "],\"pair\":[],\"special_tokens\":"
            + tokens
            + "}");
  }

  private static String packed(int[] units, String replacements) {
    byte[] text = replacements.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * units.length + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units.length);
    for (int unit : units) {
      bytes.putInt(unit);
    }
    return Base64.getEncoder().encodeToString(bytes.put(text).array());
  }

  private Path with(Path original, String component, JsonElement value) throws IOException {
    return write(json(original, component, value.toString()));
  }

  /** The file's text with another component, which need not be a tree that a parser can hold. */
  private static String json(Path original, String component, String value) {
    JsonObject json = Fixtures.json(original);
    json.remove(component);
    String rest = json.toString();
    return "{\"" + component + "\":" + value + "," + rest.substring(1);
  }

  private Path write(String json) throws IOException {
    return Files.writeString(directory.resolve("tokenizer.json"), json);
  }
}
