package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEndTest {

  @SuppressWarnings("unused")
  private static final List<String> MODELS = Fixtures.MODELS;

  @ParameterizedTest
  @FieldSource("MODELS")
  void isTheEndOfTheWholeText(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    assertEndsOfRandomIds(tokenizer);
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
  void isTheEndOfTheWholeTextForOtherDecoders(String name) {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/" + name + ".json"));
    assertEndsOfRandomIds(tokenizer);
  }

  private static void assertEndsOfRandomIds(Tokenizer tokenizer) {
    Random random = new Random(7);
    boolean shorter = false;
    for (int round = 0; round < 300; round++) {
      List<Integer> ids = new ArrayList<>();
      int length = 1 + random.nextInt(200);
      for (int i = 0; i < length; i++) {
        ids.add(random.nextInt(tokenizer.maxTokenId() + 2));
      }
      int characters = random.nextInt(12);
      String whole = tokenizer.decode(ids);
      String end = tokenizer.decodeEnd(ids, characters);
      int before = tokenizer.decode(ids.subList(0, length - 1)).length();
      assertThat(whole).endsWith(end);
      assertThat(whole.length() - end.length())
          .isLessThanOrEqualTo(Math.max(0, before - characters));
      shorter |= end.length() < whole.length();
    }
    assertThat(shorter).isEqualTo(tokenizer.file().incremental());
  }

  @Test
  void aRunOfByteTokensIsReadAsAWhole() {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/byte-fallback.json"));
    // A window that began inside the run would see U+FFFD instead of the letter.
    String run = "\u5B57".repeat(200);
    List<Integer> ids = Arrays.stream(tokenizer.encodeWithoutSpecialTokens(run)).boxed().toList();

    assertThat(ids).hasSizeGreaterThan(600);
    assertThat(tokenizer.decodeEnd(ids, 3)).endsWith("\u5B57\u5B57\u5B57\u5B57");
  }
}
