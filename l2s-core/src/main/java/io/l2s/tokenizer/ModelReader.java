package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the {@code model} of a {@code tokenizer.json}: vocabulary, merges, settings. */
final class ModelReader {

  static final int MAX_ID = (1 << 22) - 1;

  // The most of known models are Gemma's 262,144, with 514,906 merges.
  static final int MAX_TOKENS = 300_000;

  private static final Set<String> SETTINGS =
      Set.of(
          "type",
          "unk_token",
          "unk_id",
          "byte_fallback",
          "dropout",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "ignore_merges",
          "max_input_chars_per_word");
  private static final List<String> KINDS = List.of("BPE", "Unigram", "WordLevel");

  private final Path file;
  private final JsonObject settings = new JsonObject();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> listed = new ArrayList<>();
  private final MergeReader merges = new MergeReader();
  private double[] scores = new double[1 << 10];
  private boolean vocabularySeen;
  private boolean scored;

  ModelReader(Path file) {
    this.file = file;
  }

  void read(JsonReader in) throws IOException {
    in.beginObject();
    while (in.hasNext()) {
      String name = in.nextName();
      switch (name) {
        case "vocab" -> readVocabulary(in);
        case "merges" -> merges.read(in);
        default -> {
          if (SETTINGS.contains(name)) {
            settings.add(name, JsonNode.tree(file, in));
          } else {
            in.skipValue();
          }
        }
      }
    }
    in.endObject();
  }

  /** Each token's id. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** The number of entries; one that is listed twice counts twice. */
  int size() {
    return scored ? listed.size() : ids.size();
  }

  TokenModel model() {
    JsonNode node = new JsonNode(file, "model", settings);
    String kind = kind(node);
    if (!KINDS.contains(kind)) {
      throw new InvalidTokenizerException(
          "the kind of tokenizer must be one of "
              + String.join(", ", KINDS)
              + ", but is "
              + JsonNode.shown(kind)
              + "; use a model with a supported kind");
    }
    if (!vocabularySeen) {
      throw node.wrong("vocab", "the tokens and their ids");
    }
    if (scored != kind.equals("Unigram")) {
      throw new InvalidTokenizerException(
          "model.vocab must be "
              + (scored ? "an object of tokens and ids" : "a list of tokens and scores")
              + " for "
              + kind);
    }
    return switch (kind) {
      case "BPE" -> bytePairs(node);
      case "Unigram" -> unigram(node);
      default -> new WordLevel(ids, node.text("unk_token"));
    };
  }

  /** The model's type; files from before types were written show it by their fields. */
  private String kind(JsonNode node) {
    if (node.has("type")) {
      return node.type();
    }
    if (merges.isRead()) {
      return "BPE";
    }
    if (settings.has("max_input_chars_per_word")) {
      return "WordPiece";
    }
    return scored ? "Unigram" : "WordLevel";
  }

  private TokenModel unigram(JsonNode node) {
    int unknown =
        node.has("unk_id") ? node.requiredInt("unk_id", 0, Math.max(0, listed.size() - 1)) : -1;
    if (listed.isEmpty()) {
      throw node.wrong("vocab", "at least one token");
    }
    return new Unigram(
        ids, Arrays.copyOf(scores, listed.size()), unknown, node.booleanOr("byte_fallback", false));
  }

  private TokenModel bytePairs(JsonNode node) {
    if (!merges.isRead()) {
      throw node.wrong("merges", "the list of merges");
    }
    JsonElement dropout = settings.get("dropout");
    if (node.has("dropout") && !dropout.toString().matches("0(\\.0*)?")) {
      throw InvalidTokenizerException.field(
          "model.dropout",
          "null or 0, since a tokenizer must give a text the same ids each time",
          JsonNode.shown(dropout));
    }
    BytePairs.Options options =
        new BytePairs.Options(
            node.optionalText("unk_token").orElse(null),
            node.optionalText("continuing_subword_prefix").orElse(""),
            node.optionalText("end_of_word_suffix").orElse(""),
            node.booleanOr("fuse_unk", false),
            node.booleanOr("byte_fallback", false),
            node.booleanOr("ignore_merges", false));
    checkAffix("continuing_subword_prefix", options.prefix());
    checkAffix("end_of_word_suffix", options.suffix());
    return new BytePairs(ids, merges.table(ids, options.prefix()), options);
  }

  private static void checkAffix(String name, String affix) {
    if (affix.length() > Normalizers.MAX_CONTENT) {
      throw InvalidTokenizerException.field(
          "model." + name,
          "at most " + Normalizers.MAX_CONTENT + " characters",
          "of " + affix.length());
    }
  }

  /** An object of token to id, or a list of [token, score] whose index is the id. */
  private void readVocabulary(JsonReader in) throws IOException {
    if (vocabularySeen) {
      throw new InvalidTokenizerException("model.vocab is there twice");
    }
    vocabularySeen = true;
    if (in.peek() == JsonToken.BEGIN_OBJECT) {
      in.beginObject();
      while (in.hasNext()) {
        String token = token(in.nextName());
        int id = id(token, in);
        ids.put(token, id);
        checkSize(ids.size());
      }
      in.endObject();
      return;
    }
    scored = true;
    in.beginArray();
    while (in.hasNext()) {
      in.beginArray();
      String token = token(JsonNode.text(in));
      if (listed.size() == scores.length) {
        scores = Arrays.copyOf(scores, 2 * scores.length);
      }
      scores[listed.size()] = in.nextDouble();
      in.endArray();
      ids.put(token, listed.size());
      listed.add(token);
      checkSize(listed.size());
    }
    in.endArray();
  }

  private int id(String token, JsonReader in) throws IOException {
    if (in.peek() == JsonToken.NUMBER) {
      String digits = in.nextString();
      if (digits.length() <= 7 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        int id = Integer.parseInt(digits);
        if (id <= MAX_ID) {
          return id;
        }
      }
      throw badId(token, digits);
    }
    throw badId(token, JsonNode.tree(file, in).toString());
  }

  private static InvalidTokenizerException badId(String token, String value) {
    return InvalidTokenizerException.field(
        "the id of token \"" + JsonNode.shown(token) + "\"",
        "a whole number in 0.." + MAX_ID,
        JsonNode.shown(value));
  }

  private static String token(String token) {
    TokenizerFile.checkLength("model.vocab", token);
    return JsonNode.wellFormed("model.vocab", token);
  }

  private static void checkSize(int size) {
    if (size > MAX_TOKENS) {
      throw new InvalidTokenizerException(
          "model.vocab must have at most " + MAX_TOKENS + " tokens, but has more");
    }
  }
}
