package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncrementalDetokenizerTest {

  @SuppressWarnings("unused")
  private static final List<String> MODELS = Fixtures.MODELS;

  @ParameterizedTest
  @FieldSource("MODELS")
  void joinsToTheGreedyTexts(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    for (JsonObject each : Fixtures.objects(Fixtures.expected(model), "cases")) {
      JsonObject greedy = each.getAsJsonObject("greedy");
      assertThat(String.join("", oneByOne(tokenizer, Fixtures.ids(greedy, "ids"))))
          .isEqualTo(greedy.get("text").getAsString());
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void joinsToTheTextOfRandomIds(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    assertRandomIdsJoin(tokenizer, tokenizer.maxTokenId() + 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "byte-fallback",
        "word-piece-decoder",
        "word-suffix",
        "no-decoder",
        "rewriting-decoder"
      })
  void joinsToTheTextOfRandomIdsForOtherDecoders(String name) {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/" + name + ".json"));
    assertRandomIdsJoin(tokenizer, tokenizer.maxTokenId() + 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gpt2"})
  void joinsToTheTextOfRandomBytes(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    // Single-byte tokens only: mostly broken UTF-8, in runs far longer than the window.
    assertRandomIdsJoin(tokenizer, 259);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void streamsLongTextsPromptly(String model) {
    String text = "Grüße, wo ist der Bahnhof? 🍎 ".repeat(40);
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    int[] ids = tokenizer.encode(text);
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    StringBuilder sofar = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      sofar.append(detokenizer.append(ids[i]));
      String whole = tokenizer.decode(Arrays.copyOf(ids, i + 1));
      assertThat(sofar.toString()).isEqualTo(whole.replaceAll("\uFFFD$", ""));
    }
  }

  @Test
  void holdsACharacterBackUntilItsLastByte() {
    Tokenizer tokenizer = Fixtures.tokenizer("gpt2");
    int[] bytes = tokenizer.encode("🍎");
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);

    assertThat(bytes).hasSizeGreaterThan(1);
    for (int i = 0; i < bytes.length - 1; i++) {
      assertThat(detokenizer.append(bytes[i])).isEmpty();
    }
    assertThat(detokenizer.append(bytes[bytes.length - 1])).isEqualTo("🍎");
    assertThat(detokenizer.finish()).isEmpty();
  }

  @Test
  void returnsAnUnfinishedCharacterAtTheEnd() {
    Tokenizer tokenizer = Fixtures.tokenizer("gpt2");
    int first = tokenizer.encode("🍎")[0];
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);

    assertThat(detokenizer.append(first)).isEmpty();
    assertThat(detokenizer.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void holdsARunOfByteTokensBackUntilAnotherTokenEndsIt() {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/byte-fallback.json"));
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    int[] apple = byteTokens(0xF0, 0x9F, 0x8D, 0x8E);
    int the = 3 + 256 + 1;
    int endOfSequence = 2;

    assertThat(detokenizer.append(apple)).isEmpty();
    assertThat(detokenizer.append(endOfSequence)).isEmpty();
    assertThat(detokenizer.append(the)).isEqualTo("🍎 the");
    assertThat(detokenizer.append(apple)).isEmpty();
    assertThat(detokenizer.append(byteTokens(0xFF))).isEmpty();
    assertThat(detokenizer.finish()).isEqualTo("\uFFFD".repeat(5));
  }

  @Test
  void keepsTheSpaceBetweenWordsAndDropsTheFirst() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    int[] ids = tokenizer.encode("die Stadt");

    List<String> chunks = oneByOne(tokenizer, ids);

    assertThat(chunks.get(0)).doesNotStartWith(" ");
    assertThat(String.join("", chunks)).isEqualTo("die Stadt");
  }

  @Test
  void holdsEverythingBackWhereTheDecoderRewritesEarlierText() {
    Path file = Fixtures.resource("tokenizer/rewriting-decoder.json");
    Tokenizer tokenizer = Tokenizer.load(file);
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    int a = 4;
    int b = 5;

    assertThat(detokenizer.append(a)).isEmpty();
    assertThat(detokenizer.append(b)).isEmpty();
    assertThat(detokenizer.finish()).isEqualTo("X");
  }

  @Test
  void joinsWhereTheDecoderReplacesUnfinishedCharacters(@TempDir Path directory)
      throws IOException {
    JsonObject json = Fixtures.json(Fixtures.resource("fixtures/gpt2/tokenizer.json"));
    json.add(
        "decoder",
        JsonParser.parseString(
            """
            {"type": "Sequence", "decoders": [
              {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
              {"type": "Replace", "pattern": {"String": "\uFFFD"}, "content": "?"}]}"""));
    Path file = Files.writeString(directory.resolve("tokenizer.json"), json.toString());
    Tokenizer tokenizer = Tokenizer.load(file);
    int[] apple = tokenizer.encode("🍎");
    assertThat(tokenizer.decode(apple[0])).isEqualTo("?");
    assertThat(String.join("", oneByOne(tokenizer, apple))).isEqualTo("🍎");
  }

  @Test
  void returnsNothingForSpecialTokensAndNoTokens() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);

    assertThat(detokenizer.append()).isEmpty();
    assertThat(detokenizer.append(0, 1, 2, -5, 100_000)).isEmpty();
    assertThat(detokenizer.finish()).isEmpty();
  }

  @Test
  void refusesTokensAfterTheEnd() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    detokenizer.finish();

    assertThatThrownBy(() -> detokenizer.append(5)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(detokenizer::finish).isInstanceOf(IllegalStateException.class);
  }

  private static void assertRandomIdsJoin(Tokenizer tokenizer, int bound) {
    Random random = new Random(20240216);
    for (int round = 0; round < 150; round++) {
      int[] ids = random.ints(random.nextInt(200), 0, bound).toArray();
      String whole = tokenizer.decode(ids);
      List<String> chunks = oneByOne(tokenizer, ids);

      assertThat(String.join("", chunks)).isEqualTo(whole);
      assertThat(String.join("", inPieces(tokenizer, ids, random))).isEqualTo(whole);
      assertThat(chunks).noneMatch(IncrementalDetokenizerTest::splitsASurrogatePair);
    }
  }

  private static List<String> oneByOne(Tokenizer tokenizer, int[] ids) {
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    List<String> chunks = new ArrayList<>();
    for (int id : ids) {
      chunks.add(detokenizer.append(id));
    }
    chunks.add(detokenizer.finish());
    return chunks;
  }

  private static List<String> inPieces(Tokenizer tokenizer, int[] ids, Random random) {
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    List<String> chunks = new ArrayList<>();
    for (int from = 0; from < ids.length; ) {
      int to = Math.min(ids.length, from + random.nextInt(9));
      chunks.add(detokenizer.append(Arrays.copyOfRange(ids, from, to)));
      from = to;
    }
    chunks.add(detokenizer.finish());
    return chunks;
  }

  private static boolean splitsASurrogatePair(String chunk) {
    return !chunk.isEmpty()
        && (Character.isLowSurrogate(chunk.charAt(0))
            || Character.isHighSurrogate(chunk.charAt(chunk.length() - 1)));
  }

  private static int[] byteTokens(int... bytes) {
    return Arrays.stream(bytes).map(each -> each + 3).toArray();
  }
}
