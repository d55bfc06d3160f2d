package io.l2s.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens around a text: the {@code post_processor} of a {@code tokenizer.json}.
 *
 * @param before ids in front of the text's
 * @param after ids behind them
 */
record SpecialTokenFrame(int[] before, int[] after) {

  static final SpecialTokenFrame NONE = new SpecialTokenFrame(new int[0], new int[0]);

  private static final int MAX_IDS = 1024;
  private static final List<String> TYPES =
      List.of("BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing");

  /**
   * @param known ids of the file's tokens
   */
  static SpecialTokenFrame read(Path file, @Nullable JsonElement json, BitSet known) {
    return json == null || json.isJsonNull()
        ? NONE
        : read(JsonNode.of(file, "post_processor", json), known);
  }

  private static SpecialTokenFrame read(JsonNode node, BitSet known) {
    return switch (node.type()) {
      case "BertProcessing", "RobertaProcessing" ->
          new SpecialTokenFrame(
              new int[] {tokenId(node, "cls", known)}, new int[] {tokenId(node, "sep", known)});
      // It changes offsets only.
      case "ByteLevel" -> NONE;
      case "Sequence" ->
          node.components("processors").stream()
              .map(each -> read(each, known))
              .reduce(NONE, (inner, outer) -> inner.within(outer, node.path()));
      case "TemplateProcessing" -> template(node, known);
      default -> throw node.unknownType(TYPES);
    };
  }

  private SpecialTokenFrame within(SpecialTokenFrame outer, String path) {
    SpecialTokenFrame both =
        new SpecialTokenFrame(joined(outer.before, before), joined(after, outer.after));
    if (both.before.length + both.after.length > MAX_IDS) {
      throw new InvalidTokenizerException(path + " adds more than " + MAX_IDS + " tokens");
    }
    return both;
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  /** The id in a pair of token and id. */
  private static int tokenId(JsonNode node, String name, BitSet known) {
    JsonArray pair = node.array(name);
    if (pair.size() != 2) {
      throw node.wrong(name, "a token and its id");
    }
    return node.id(name + "[1]", pair.get(1), known);
  }

  private static SpecialTokenFrame template(JsonNode node, BitSet known) {
    TokenIds before = new TokenIds();
    TokenIds after = new TokenIds();
    boolean textSeen = false;
    for (JsonNode piece : node.objects("single")) {
      if (piece.json().size() != 1) {
        throw new InvalidTokenizerException(
            piece.path() + " must be one of Sequence, SpecialToken, but has several fields");
      }
      if (piece.has("Sequence")) {
        JsonElement id = piece.object("Sequence").json().get("id");
        if (textSeen || !new JsonPrimitive("A").equals(id)) {
          throw InvalidTokenizerException.field(
              piece.path() + ".Sequence.id", "A, and this only once", JsonNode.shown(id));
        }
        textSeen = true;
      } else {
        String token = piece.object("SpecialToken").text("id");
        (textSeen ? after : before).addAll(ids(node, token, known));
      }
    }
    if (!textSeen) {
      throw new InvalidTokenizerException(node.path() + ".single must have the Sequence A");
    }
    return NONE.within(new SpecialTokenFrame(before.toArray(), after.toArray()), node.path());
  }

  private static int[] ids(JsonNode template, String token, BitSet known) {
    JsonNode tokens = template.object("special_tokens");
    if (!tokens.has(token)) {
      throw new InvalidTokenizerException(
          tokens.path() + " must have the token \"" + JsonNode.shown(token) + "\" of the template");
    }
    JsonNode special =
        JsonNode.of(
            template.file(), tokens.path() + "." + JsonNode.shown(token), tokens.element(token));
    JsonArray ids = special.array("ids");
    if (ids.size() > MAX_IDS) {
      throw special.wrong("ids", "at most " + MAX_IDS + " ids");
    }
    return IntStream.range(0, ids.size())
        .map(i -> special.id("ids[" + i + "]", ids.get(i), known))
        .toArray();
  }
}
