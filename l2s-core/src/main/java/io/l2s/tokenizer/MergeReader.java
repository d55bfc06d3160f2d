package io.l2s.tokenizer;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** Reads the {@code merges} of a {@code tokenizer.json}, from the first to the last. */
final class MergeReader {

  private static final int MAX_MERGES = 600_000;

  // The left and the right part of each merge, one behind the other. A million texts of their own
  // would take 50 MB.
  private final StringBuilder parts = new StringBuilder();
  private int[] ends = new int[1 << 10];
  private int size;
  private boolean read;

  /** Whether there were merges, perhaps none in the list. */
  boolean isRead() {
    return read;
  }

  /** Pairs as lists, or as texts with a blank between the parts. */
  void read(JsonReader in) throws IOException {
    if (read) {
      throw new InvalidTokenizerException("model.merges is there twice");
    }
    read = true;
    in.beginArray();
    while (in.hasNext()) {
      if (in.peek() == JsonToken.BEGIN_ARRAY) {
        in.beginArray();
        add(JsonNode.text(in));
        add(JsonNode.text(in));
        in.endArray();
      } else {
        addLine(JsonNode.text(in));
      }
      if (size > 2 * MAX_MERGES) {
        throw new InvalidTokenizerException(
            "model.merges must have at most " + MAX_MERGES + " pairs, but has more");
      }
    }
    in.endArray();
  }

  private void addLine(String line) {
    if (line.startsWith("#version")) {
      return;
    }
    int blank = line.indexOf(' ');
    if (blank < 0 || line.indexOf(' ', blank + 1) >= 0) {
      throw InvalidTokenizerException.field(
          "model.merges[" + size / 2 + "]",
          "two tokens with a blank between them",
          JsonNode.shown(line));
    }
    add(line.substring(0, blank));
    add(line.substring(blank + 1));
  }

  private void add(String part) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
    }
    parts.append(part);
    ends[size++] = parts.length();
  }

  private String part(int index) {
    return parts.substring(index == 0 ? 0 : ends[index - 1], ends[index]);
  }

  /**
   * The merges as ids.
   *
   * @param ids each token's id
   * @param prefix what tokens inside a word begin with, which a merge drops from its second part
   */
  MergeTable table(Map<String, Integer> ids, String prefix) {
    MergeTable table = new MergeTable();
    for (int rank = 0; 2 * rank < size; rank++) {
      String left = part(2 * rank);
      String right = part(2 * rank + 1);
      if (!right.startsWith(prefix)) {
        throw InvalidTokenizerException.field(
            path(rank),
            "a pair whose second part starts with continuing_subword_prefix",
            JsonNode.shown(right));
      }
      table.put(
          id(ids, rank, left),
          id(ids, rank, right),
          rank,
          id(ids, rank, left + right.substring(prefix.length())));
    }
    return table;
  }

  private static String path(int rank) {
    return "model.merges[" + rank + "]";
  }

  private static int id(Map<String, Integer> ids, int rank, String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw InvalidTokenizerException.field(
          path(rank), "made of tokens in model.vocab", "\"" + JsonNode.shown(token) + "\"");
    }
    return id;
  }
}
