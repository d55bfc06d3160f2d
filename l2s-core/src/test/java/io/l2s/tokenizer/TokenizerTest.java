package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  @SuppressWarnings("unused")
  private static final List<String> MODELS = Fixtures.MODELS;

  @ParameterizedTest
  @FieldSource("MODELS")
  void encodesAsTheReferenceDoes(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    for (JsonObject each : Fixtures.objects(Fixtures.expected(model), "tokenizer_cases")) {
      String text = each.get("text").getAsString();
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(Fixtures.ids(each, "ids"));
      assertThat(tokenizer.encodeWithoutSpecialTokens(text))
          .as(text)
          .isEqualTo(Fixtures.ids(each, "ids_without_special"));
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void decodesAsTheReferenceDoes(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    for (JsonObject each : Fixtures.objects(Fixtures.expected(model), "tokenizer_cases")) {
      int[] ids = Fixtures.ids(each, "ids");
      assertThat(tokenizer.decode(ids)).isEqualTo(each.get("decoded_skip_special").getAsString());
      assertThat(tokenizer.decodeWithSpecialTokens(ids))
          .isEqualTo(each.get("decoded_with_special").getAsString());
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void encodesPromptsAndDecodesAnswersAsTheReferenceDoes(String model) {
    Tokenizer tokenizer = Fixtures.tokenizer(model);
    for (JsonObject each : Fixtures.objects(Fixtures.expected(model), "cases")) {
      String text = each.get("text").getAsString();
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(Fixtures.ids(each, "input_ids"));
      JsonObject greedy = each.getAsJsonObject("greedy");
      assertThat(tokenizer.decode(Fixtures.ids(greedy, "ids")))
          .isEqualTo(greedy.get("text").getAsString());
    }
  }

  @Test
  void encodesABatchAsItEncodesEachText() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    List<String> texts = new ArrayList<>(Collections.nCopies(1100, "Where is it?"));
    texts.set(3, "");
    texts.set(1099, "a much longer text \uD83D than its neighbors");

    List<int[]> all = tokenizer.encodeAll(texts);

    assertThat(all).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(all.get(i)).isEqualTo(tokenizer.encode(texts.get(i)));
    }
  }

  @Test
  void encodesAnEmptyBatch() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    assertThat(tokenizer.encodeAll(List.of())).isEmpty();
  }

  @Test
  void ignoresTruncationAndPaddingOfTheFile() {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/byte-fallback.json"));
    assertThat(tokenizer.encode("s")).hasSize(3);
    assertThat(tokenizer.encode("stationstation")).hasSize(16);
    assertThat(tokenizer.encodeAll(List.of("s", "stationstation")))
        .extracting(ids -> ids.length)
        .containsExactly(3, 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\uD83Db", "\uDE00", "x\uD83D", "\uDE00\uD83D", "ok \uD83D\uDE00\uDE00"})
  void readsLoneSurrogatesAsReplacementCharacters(String text) {
    String replaced = text.replace("\uD83D\uDE00", "!").replaceAll("[\uD83D\uDE00]", "\uFFFD");
    Tokenizer tokenizer = Fixtures.tokenizer("llama");
    assertThat(tokenizer.encode(text))
        .isEqualTo(tokenizer.encode(replaced.replace("!", "\uD83D\uDE00")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\0b",
        "\0",
        "مرحبا بالعالم",
        "שלום",
        "\u202Eabc\u202C",
        "👩‍👩‍👧‍👦 🇩🇪",
        "\uFFFF\uFFFE",
        "e\u0301",
        "\uD834\uDD1E"
      })
  void bringsUnusualTextBackUnchanged(String text) {
    Tokenizer tokenizer = Fixtures.tokenizer("llama");
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void takesFiveMegabytesOfText() {
    String text = "Wo ist der Bahnhof? ".repeat(250_000);
    Tokenizer tokenizer = Fixtures.tokenizer("llama");
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void takesOneVeryLongWord() {
    String text = "a".repeat(100_000);
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void yieldsNothingForIdsOfNoToken() {
    Tokenizer tokenizer = Fixtures.tokenizer("t5-relu");
    int beyond = tokenizer.maxTokenId() + 1;

    assertThat(tokenizer.decode(beyond, Integer.MAX_VALUE, -1)).isEmpty();
    assertThat(tokenizer.decodeWithSpecialTokens()).isEmpty();
    assertThat(tokenizer.decode(79, beyond)).isEqualTo(tokenizer.decode(79));
  }

  @Test
  void countsAddedTokensInTheLargestId() {
    Tokenizer unigram = Fixtures.tokenizer("t5-relu");
    Tokenizer bytePairs = Fixtures.tokenizer("gpt2");
    assertThat(unigram.maxTokenId()).isEqualTo(699);
    assertThat(bytePairs.maxTokenId()).isEqualTo(599);
  }

  @Test
  void answersManyThreadsAsItAnswersOne() throws Exception {
    Tokenizer tokenizer = Fixtures.tokenizer("qwen2");
    List<String> texts =
        IntStream.range(0, 300).mapToObj(i -> "Satz " + i + " über Äpfel 🍎").toList();
    List<int[]> alone = texts.stream().map(tokenizer::encode).toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Void>> work =
          Collections.nCopies(
              8,
              () -> {
                for (int i = 0; i < texts.size(); i++) {
                  assertThat(tokenizer.encode(texts.get(i))).isEqualTo(alone.get(i));
                  assertThat(tokenizer.decode(alone.get(i))).isEqualTo(texts.get(i));
                }
                return null;
              });
      for (Future<Void> each : threads.invokeAll(work)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
