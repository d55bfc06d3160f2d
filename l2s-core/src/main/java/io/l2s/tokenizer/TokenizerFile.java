package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ModelFile;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code tokenizer.json}.
 *
 * @param textTokens ids that add text to an answer: all tokens but the special ones
 * @param byteTokens ids that stand for one byte each and are read in runs; empty without byte
 *     fallback
 * @param maxTokenId the largest id, −1 for an empty vocabulary
 * @param incremental whether decoded text grows at its end only
 * @param vocabulary all tokens under their ids
 * @param steps how texts become ids and ids texts
 */
record TokenizerFile(
    BitSet textTokens,
    BitSet byteTokens,
    int maxTokenId,
    boolean incremental,
    Vocabulary vocabulary,
    TokenizerSteps steps) {

  // The largest known have 35 MB, for vocabularies of 262,144 tokens.
  private static final long MAX_BYTES = 36L << 20;
  private static final int MAX_TOKEN_LENGTH = 4096;
  private static final String ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

  /**
   * @throws ModelLoadException if the file is missing, unreadable, over 36 MiB or malformed
   */
  static TokenizerFile read(Path file) {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ModelLoadException(
          file, "does not exist; a checkpoint needs its tokenizer in this form");
    }
    ModelFile.requireAtMost(file, MAX_BYTES);
    try (BufferedReader text = Files.newBufferedReader(file);
        JsonReader in = new JsonReader(text)) {
      in.setStrictness(Strictness.STRICT);
      Reader reader = new Reader(file);
      reader.readTop(in);
      return reader.file();
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file, List.of("is not UTF-8 text"), e);
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      throw malformed(file, e);
    } catch (NumberFormatException | InvalidTokenizerException e) {
      throw malformed(file, e);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  private static ModelLoadException malformed(Path file, Exception problem) {
    String message = String.valueOf(problem.getMessage());
    // Gson advises programmers, in a line of its own or at the start.
    String line = message.lines().findFirst().orElse("").replace(ADVICE, "malformed JSON");
    return new ModelLoadException(
        file,
        List.of(
            problem instanceof InvalidTokenizerException
                ? line
                : "is not a readable tokenizer.json: " + line),
        problem);
  }

  static void checkLength(String path, String token) {
    if (token.length() > MAX_TOKEN_LENGTH) {
      throw InvalidTokenizerException.field(
          path,
          "made of tokens of at most " + MAX_TOKEN_LENGTH + " characters",
          "one of " + token.length());
    }
  }

  /** Streams through the vocabulary, since a tree of it takes many times its size. */
  private static final class Reader {
    private final Map<String, JsonElement> components = new HashMap<>();
    private final List<AddedToken> added = new ArrayList<>();
    private final Path path;
    private final ModelReader model;
    private boolean modelSeen;

    Reader(Path path) {
      this.path = path;
      this.model = new ModelReader(path);
    }

    void readTop(JsonReader in) throws IOException {
      in.beginObject();
      while (in.hasNext()) {
        String name = in.nextName();
        switch (name) {
          case "model" -> {
            if (modelSeen) {
              throw new InvalidTokenizerException("model is there twice");
            }
            modelSeen = true;
            model.read(in);
          }
          case "added_tokens" -> readAddedTokens(in);
          case "version", "normalizer", "pre_tokenizer", "post_processor", "decoder" ->
              components.put(name, JsonNode.tree(path, in));
          default -> in.skipValue();
        }
      }
      in.endObject();
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalStateException("text after the closing brace");
      }
    }

    private void readAddedTokens(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return;
      }
      in.beginArray();
      while (in.hasNext()) {
        String place = "added_tokens[" + added.size() + "]";
        if (added.size() == ModelReader.MAX_TOKENS) {
          throw InvalidTokenizerException.field(
              "added_tokens", "at most " + ModelReader.MAX_TOKENS + " tokens", "more");
        }
        added.add(
            AddedToken.read(JsonNode.of(path, place, JsonNode.tree(path, in)), ModelReader.MAX_ID));
      }
      in.endArray();
    }

    TokenizerFile file() {
      if (!modelSeen) {
        throw new InvalidTokenizerException("has no \"model\"; it is not a tokenizer.json");
      }
      checkVersion();
      TokenModel tokens = model.model();
      Map<String, Integer> ids = allIds();
      String[] texts = texts(ids);
      BitSet known = new BitSet();
      ids.values().forEach(known::set);
      DecodedTokens decoded = decoded(texts, known);
      TokenizerSteps steps =
          new TokenizerSteps(
              added,
              Normalizers.read(path, components.get("normalizer")),
              PreTokenizers.read(path, components.get("pre_tokenizer")),
              tokens,
              SpecialTokenFrame.read(path, components.get("post_processor"), known),
              texts,
              decoded.text(),
              TokenDecoder.read(path, components.get("decoder")));
      DecoderShape shape = DecoderShape.of(components.get("decoder"));
      return new TokenizerFile(
          decoded.text(),
          shape.byteFallback() ? decoded.bytes() : new BitSet(),
          known.length() - 1,
          shape.incremental(),
          Vocabulary.of(ids),
          steps);
    }

    private record DecodedTokens(BitSet text, BitSet bytes) {}

    private DecodedTokens decoded(String[] texts, BitSet known) {
      BitSet text = (BitSet) known.clone();
      added.stream().filter(AddedToken::special).forEach(token -> text.clear(token.id()));
      BitSet bytes = new BitSet();
      for (int id = known.nextSetBit(0); id >= 0; id = known.nextSetBit(id + 1)) {
        if (ByteRuns.value(texts[id]) >= 0) {
          bytes.set(id);
        }
      }
      return new DecodedTokens(text, bytes);
    }

    private void checkVersion() {
      JsonElement version = components.getOrDefault("version", JsonNull.INSTANCE);
      if (!version.isJsonNull() && !version.equals(new JsonPrimitive("1.0"))) {
        throw InvalidTokenizerException.field("version", "\"1.0\"", JsonNode.shown(version));
      }
    }

    /** The ids of the model's and the added tokens; the model's own map where that has them all. */
    private Map<String, Integer> allIds() {
      boolean hasAll = added.stream().allMatch(token -> model.ids().containsKey(token.content()));
      Map<String, Integer> ids = hasAll ? model.ids() : new HashMap<>(model.ids());
      addAdded(ids);
      return ids;
    }

    /** New tokens get the next ids in their order, as in the reference; the file must agree. */
    private void addAdded(Map<String, Integer> ids) {
      int largest = -1;
      for (int i = 0; i < added.size(); i++) {
        AddedToken token = added.get(i);
        Integer id = ids.get(token.content());
        if (id == null) {
          // The reference counts on from the largest id of an added token, or from the vocabulary's
          // size, even where its ids have holes.
          int next = Math.max(largest + 1, model.size());
          id = token.content().isEmpty() ? token.id() : next;
          ids.put(token.content(), id);
        }
        largest = Math.max(largest, id);
        if (id != token.id()) {
          throw InvalidTokenizerException.field(
              "added_tokens[" + i + "].id",
              id
                  + ", the id of \""
                  + JsonNode.shown(token.content())
                  + "\" in model.vocab or the"
                  + " next free one",
              Integer.toString(token.id()));
        }
      }
    }

    /** Each id's token; refuses an id of two. A Unigram's list may name a token twice. */
    private static String[] texts(Map<String, Integer> ids) {
      int largest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
      String[] texts = new String[largest + 1];
      ids.forEach(
          (token, id) -> {
            if (texts[id] != null) {
              throw new InvalidTokenizerException(
                  "model.vocab has two tokens with the id "
                      + id
                      + ": \""
                      + JsonNode.shown(texts[id])
                      + "\" and \""
                      + JsonNode.shown(token)
                      + "\"");
            }
            texts[id] = token;
          });
      return texts;
    }
  }
}
