package io.l2s.tokenizer;

import static io.l2s.tokenizer.HostileFiles.GPT2;
import static io.l2s.tokenizer.HostileFiles.T5;
import static io.l2s.tokenizer.HostileFiles.assertRefused;
import static io.l2s.tokenizer.HostileFiles.json;
import static io.l2s.tokenizer.HostileFiles.object;
import static io.l2s.tokenizer.HostileFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.l2s.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Vocabularies, merges and added tokens that made the Rust library of the reference abort the
 * process, or take minutes and gigabytes, and others of their kinds.
 */
@Timeout(30)
class HostileVocabularyTest {

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final int COLLIDING = 450;

  @TempDir Path directory;

  @Test
  void refusesAMergeWithoutTheFilesPrefix() throws IOException {
    String model =
        """
        {"type":"BPE","continuing_subword_prefix":"long prefix",
         "vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}""";
    assertRefused(
        write(directory, "{\"model\":" + model + "}"),
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
    assertRefused(write(directory, "{\"model\":{" + fields + "}}"), problem);
  }

  @Test
  void refusesAnAddedTokenThatTheReferenceWouldGiveAnotherId() throws IOException {
    JsonObject json = Fixtures.json(T5);
    json.getAsJsonArray("added_tokens")
        .add(object("{\"id\":900,\"content\":\"<new>\",\"special\":true}"));
    assertRefused(
        write(directory, json.toString()),
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
    Path file = write(directory, json(GPT2, "added_tokens", tokens + "]"));

    long start = System.nanoTime();
    Tokenizer tokenizer = Tokenizer.load(file);
    assertThat(tokenizer.encode("<x199999><x7>")).containsExactly(200_598, 606);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void readsAsManyTokensAndMergesAsTheLargestModelsHaveAndRefusesMore() throws IOException {
    assertThat(Tokenizer.load(bytePairs(300_000, 600_000)).maxTokenId()).isEqualTo(299_999);
    assertRefused(bytePairs(300_001, 1), "model.vocab must have at most 300000 tokens");
    assertRefused(bytePairs(3, 600_001), "model.merges must have at most 600000 pairs");
  }

  private Path bytePairs(int tokens, int merges) throws IOException {
    StringBuilder vocabulary = new StringBuilder("\"a\":0,\"b\":1,\"ab\":2");
    for (int i = 3; i < tokens; i++) {
      vocabulary.append(",\"").append(i).append("\":").append(i);
    }
    return write(
        directory,
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{"
            + vocabulary
            + "},\"merges\":["
            + "\"a b\",".repeat(merges - 1)
            + "\"a b\"]}}");
  }

  @Test
  void loadsAFileWhoseIdsAreChosenForOneSlotOfAHashTable() throws IOException {
    // Without a seed, the pairs of these ids fall into the first slots of a table of 2^20.
    List<Integer> left = idsWhere(id -> (id << 32) * GOLDEN_RATIO >>> 32);
    List<Integer> right = idsWhere(id -> id * GOLDEN_RATIO >>> 32);
    right.removeAll(left);
    Set<Integer> chosen = new HashSet<>(left);
    chosen.addAll(right);
    StringBuilder vocabulary = new StringBuilder();
    StringBuilder merges = new StringBuilder();
    int next = 0;
    for (int i = 0; i < COLLIDING; i++) {
      vocabulary.append(entry((char) ('\u4e00' + i), "", left.get(i)));
      vocabulary.append(entry((char) ('\uac00' + i), "", right.get(i)));
      for (int j = 0; j < COLLIDING; j++) {
        while (chosen.contains(next)) {
          next++;
        }
        vocabulary.append(entry((char) ('\u4e00' + i), "" + (char) ('\uac00' + j), next++));
        merges.append(String.format(",\"%c %c\"", (char) ('\u4e00' + i), (char) ('\uac00' + j)));
      }
    }
    Path file =
        write(
            directory,
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{"
                + vocabulary.substring(1)
                + "},\"merges\":["
                + merges.substring(1)
                + "]}}");

    long start = System.nanoTime();
    Tokenizer.load(file);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  private static String entry(char first, String rest, int id) {
    return ",\"" + first + rest + "\":" + id;
  }

  private static List<Integer> idsWhere(LongUnaryOperator slot) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 1; id < 1 << 22; id++) {
      if ((slot.applyAsLong(id) & (1 << 20) - 1) < 300) {
        ids.add(id);
      }
    }
    return ids;
  }

  @Test
  void refusesALongAddedToken() throws IOException {
    assertRefused(
        write(
            directory,
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
    Tokenizer tokenizer = Tokenizer.load(write(directory, json.toString()));
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
}
