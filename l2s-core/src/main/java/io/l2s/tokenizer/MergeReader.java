package io.l2s.tokenizer;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the {@code merges} of a {@code tokenizer.json}, from the first to the last. */
final class MergeReader {

  private static final int MAX_MERGES = 600_000;

  // The left and the right part of each merge, one behind the other.
  private final List<String> parts = new ArrayList<>();
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
        parts.add(JsonNode.text(in));
        parts.add(JsonNode.text(in));
        in.endArray();
      } else {
        addLine(JsonNode.text(in));
      }
      if (parts.size() > 2 * MAX_MERGES) {
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
          "model.merges[" + parts.size() / 2 + "]",
          "two tokens with a blank between them",
          JsonNode.shown(line));
    }
    parts.add(line.substring(0, blank));
    parts.add(line.substring(blank + 1));
  }

  /**
   * The merges as ids.
   *
   * @param ids each token's id
   * @param prefix what tokens inside a word begin with, which a merge drops from its second part
   */
  MergeTable table(Map<String, Integer> ids, String prefix) {
    MergeTable table = new MergeTable();
    for (int rank = 0; 2 * rank < parts.size(); rank++) {
      String left = parts.get(2 * rank);
      String right = parts.get(2 * rank + 1);
      String path = "model.merges[" + rank + "]";
      if (!right.startsWith(prefix)) {
        throw InvalidTokenizerException.field(
            path,
            "a pair whose second part starts with continuing_subword_prefix",
            JsonNode.shown(right));
      }
      table.put(
          id(ids, path, left),
          id(ids, path, right),
          rank,
          id(ids, path, left + right.substring(prefix.length())));
    }
    return table;
  }

  private static int id(Map<String, Integer> ids, String path, String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw InvalidTokenizerException.field(
          path, "made of tokens in model.vocab", "\"" + JsonNode.shown(token) + "\"");
    }
    return id;
  }
}
