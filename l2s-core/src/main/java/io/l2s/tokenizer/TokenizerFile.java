package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The facts that l2s itself reads from a {@code tokenizer.json}; the native library reads the rest.
 *
 * @param textTokens ids that add text to an answer: all tokens but the special ones
 * @param byteTokens ids that stand for one byte each and are read in runs; empty without byte
 *     fallback
 * @param maxTokenId the largest id, −1 for an empty vocabulary
 * @param incremental whether decoded text grows at its end only
 * @param vocabulary all tokens under their ids
 */
record TokenizerFile(
    BitSet textTokens,
    BitSet byteTokens,
    int maxTokenId,
    boolean incremental,
    Vocabulary vocabulary) {

  private static final long MAX_BYTES = 256L << 20;
  private static final int MAX_ID = 1 << 26;

  // The native decoder takes two hexadecimal digits or a sign and one digit.
  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x([0-9A-Fa-f]{2}|\\+[0-9A-Fa-f])>");
  private static final List<String> KINDS = List.of("BPE", "Unigram", "WordLevel");

  /** The file's text; refuses a file that is missing, over 256 MiB or not UTF-8. */
  static String read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ModelLoadException(
            file, "a tokenizer file may have at most " + MAX_BYTES + " bytes, but has " + size);
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file, List.of("is not UTF-8 text"), e);
    } catch (NoSuchFileException e) {
      throw new ModelLoadException(
          file, List.of("does not exist; a checkpoint needs its tokenizer in this form"), e);
    } catch (IOException e) {
      throw new ModelLoadException(file, List.of("cannot be read: " + e), e);
    }
  }

  /** Reads the facts from {@code json}, the text of {@code file}. */
  static TokenizerFile parse(Path file, String json) {
    Reader reader = new Reader();
    try (JsonReader in = new JsonReader(new StringReader(json))) {
      reader.readTop(in);
    } catch (IOException | RuntimeException e) {
      throw new ModelLoadException(
          file, List.of("is not a readable tokenizer.json: " + e.getMessage()), e);
    }
    if (!reader.modelSeen) {
      throw new ModelLoadException(file, "has no \"model\"; it is not a tokenizer.json");
    }
    String kind = reader.kind();
    if (!KINDS.contains(kind)) {
      throw new ModelLoadException(
          file,
          "the kind of tokenizer must be one of "
              + String.join(", ", KINDS)
              + ", but is "
              + kind
              + "; use a model with a supported kind");
    }
    return reader.facts();
  }

  /** Streams through the file, since a tree of a vocabulary takes many times its size. */
  private static final class Reader {
    private final BitSet known = new BitSet();
    private final BitSet special = new BitSet();
    private final BitSet bytes = new BitSet();
    private final Map<String, Integer> ids = new HashMap<>();
    private DecoderShape decoder = DecoderShape.of(null);
    private final Set<String> modelFields = new HashSet<>();
    private String type = "";
    private boolean modelSeen;
    private boolean scored;

    void readTop(JsonReader in) throws IOException {
      in.beginObject();
      while (in.hasNext()) {
        switch (in.nextName()) {
          case "model" -> readModel(in);
          case "added_tokens" -> readAddedTokens(in);
          case "decoder" -> decoder = DecoderShape.of(JsonParser.parseReader(in));
          default -> in.skipValue();
        }
      }
      in.endObject();
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalStateException("text after the closing brace");
      }
    }

    TokenizerFile facts() {
      int maxTokenId = known.length() - 1;
      known.andNot(special);
      return new TokenizerFile(
          known,
          decoder.byteFallback() ? bytes : new BitSet(),
          maxTokenId,
          decoder.incremental(),
          Vocabulary.of(ids));
    }

    /** The model's type; files from before types were written show it by their fields. */
    String kind() {
      if (!type.isEmpty()) {
        return type;
      }
      if (modelFields.contains("merges")) {
        return "BPE";
      }
      if (modelFields.contains("max_input_chars_per_word")) {
        return "WordPiece";
      }
      return scored ? "Unigram" : "WordLevel";
    }

    private void readModel(JsonReader in) throws IOException {
      modelSeen = true;
      in.beginObject();
      while (in.hasNext()) {
        String name = in.nextName();
        modelFields.add(name);
        switch (name) {
          case "type" -> type = in.nextString();
          case "vocab" -> readVocabulary(in);
          default -> in.skipValue();
        }
      }
      in.endObject();
    }

    /** An object of token to id, or a list of [token, score] whose index is the id. */
    private void readVocabulary(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.BEGIN_OBJECT) {
        in.beginObject();
        while (in.hasNext()) {
          String token = in.nextName();
          add(token, in.nextInt());
        }
        in.endObject();
        return;
      }
      scored = true;
      in.beginArray();
      for (int id = 0; in.hasNext(); id++) {
        in.beginArray();
        add(in.nextString(), id);
        double unusedScore = in.nextDouble();
        in.endArray();
      }
      in.endArray();
    }

    private void readAddedTokens(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return;
      }
      in.beginArray();
      while (in.hasNext()) {
        JsonElement entry = JsonParser.parseReader(in);
        JsonObject token = entry.getAsJsonObject();
        if (!token.has("id") || !token.has("content")) {
          throw new IllegalStateException("an added token without \"id\" or \"content\"");
        }
        int id = token.get("id").getAsInt();
        add(token.get("content").getAsString(), id);
        if (token.has("special") && token.get("special").getAsBoolean()) {
          special.set(id);
        }
      }
      in.endArray();
    }

    private void add(String token, int id) {
      if (id < 0 || id > MAX_ID) {
        throw new IllegalStateException(
            "the id of token \"" + token + "\" must be in 0.." + MAX_ID + ", but is " + id);
      }
      known.set(id);
      ids.put(token, id);
      if (BYTE_TOKEN.matcher(token).matches()) {
        bytes.set(id);
      }
    }
  }
}
