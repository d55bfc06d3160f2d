package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import io.l2s.tokenizer.PreTokenizer.Piece;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the {@code pre_tokenizer} of a {@code tokenizer.json}. */
final class PreTokenizers {

  private static final List<String> TYPES =
      List.of(
          "BertPreTokenizer",
          "ByteLevel",
          "CharDelimiterSplit",
          "Digits",
          "Metaspace",
          "Punctuation",
          "Sequence",
          "Split",
          "Whitespace",
          "WhitespaceSplit");
  private static final Set<String> BEHAVIORS =
      new TreeSet<>(
          Set.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"));

  private static final TextPattern GPT2 =
      TextPattern.regex(
          "pre_tokenizer",
          RegexTranslator.translate(
              "pre_tokenizer",
              "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"));
  private static final TextPattern WHITE_SPACE = TextPattern.characters(Characters::isWhiteSpace);
  private static final TextPattern PUNCTUATION = TextPattern.characters(Characters::isPunctuation);

  private PreTokenizers() {}

  static PreTokenizer read(Path file, @Nullable JsonElement json) {
    return json == null || json.isJsonNull()
        ? PreTokenizer.NONE
        : read(JsonNode.of(file, "pre_tokenizer", json));
  }

  private static PreTokenizer read(JsonNode node) {
    return switch (node.type()) {
      case "BertPreTokenizer" ->
          PreTokenizer.sequence(
              List.of(
                  PreTokenizer.splitting(WHITE_SPACE, SplitBehavior.REMOVED, false),
                  PreTokenizer.splitting(PUNCTUATION, SplitBehavior.ISOLATED, false)));
      case "ByteLevel" ->
          byteLevel(node.requiredBoolean("add_prefix_space"), node.booleanOr("use_regex", true));
      case "CharDelimiterSplit" -> {
        int delimiter = node.character("delimiter");
        yield PreTokenizer.splitting(
            TextPattern.characters(c -> c == delimiter), SplitBehavior.REMOVED, false);
      }
      case "Digits" ->
          PreTokenizer.splitting(
              TextPattern.characters(Characters::isNumeric),
              node.requiredBoolean("individual_digits")
                  ? SplitBehavior.ISOLATED
                  : SplitBehavior.CONTIGUOUS,
              false);
      case "Metaspace" -> metaspace(Metaspace.read(node));
      case "Punctuation" ->
          PreTokenizer.splitting(
              PUNCTUATION, node.has("behavior") ? behavior(node) : SplitBehavior.ISOLATED, false);
      case "Sequence" ->
          PreTokenizer.sequence(
              node.components("pretokenizers").stream().map(PreTokenizers::read).toList());
      case "Split" ->
          PreTokenizer.splitting(
              TextPattern.read(node), behavior(node), node.requiredBoolean("invert"));
      case "Whitespace" ->
          PreTokenizer.splitting(PreTokenizers::words, SplitBehavior.REMOVED, true);
      case "WhitespaceSplit" -> PreTokenizer.splitting(WHITE_SPACE, SplitBehavior.REMOVED, false);
      default -> throw node.unknownType(TYPES);
    };
  }

  private static SplitBehavior behavior(JsonNode node) {
    return SplitBehavior.of(node.choice("behavior", BEHAVIORS));
  }

  private static PreTokenizer byteLevel(boolean prefixSpace, boolean useRegex) {
    PreTokenizer prefixed =
        PreTokenizer.mapping(
            piece ->
                prefixSpace && !piece.text().startsWith(" ")
                    ? new Piece(" " + piece.text(), piece.atStart())
                    : piece);
    PreTokenizer spelled =
        PreTokenizer.mapping(
            piece -> new Piece(ByteCharacters.spelled(piece.text()), piece.atStart()));
    return PreTokenizer.sequence(
        useRegex
            ? List.of(
                prefixed, PreTokenizer.splitting(GPT2, SplitBehavior.ISOLATED, false), spelled)
            : List.of(prefixed, spelled));
  }

  private static PreTokenizer metaspace(Metaspace metaspace) {
    String mark = Character.toString(metaspace.replacement());
    PreTokenizer marked =
        PreTokenizer.mapping(
            piece -> {
              String text = piece.text().replace(" ", mark);
              boolean prepends =
                  metaspace.scheme() == Metaspace.Scheme.ALWAYS
                      || metaspace.scheme() == Metaspace.Scheme.FIRST && piece.atStart();
              return new Piece(
                  prepends && !text.startsWith(mark) ? mark + text : text, piece.atStart());
            });
    if (!metaspace.split()) {
      return marked;
    }
    return PreTokenizer.sequence(
        List.of(
            marked,
            PreTokenizer.splitting(
                TextPattern.literal(mark), SplitBehavior.MERGED_WITH_NEXT, false)));
  }

  /** Runs of word characters and runs of what is neither a word character nor white space. */
  private static void words(String text, WorkLimit limit, TextPattern.Parts parts) {
    int start = 0;
    int kind = -1;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int next = Characters.isWord(c) ? 1 : Characters.isWhiteSpace(c) ? 0 : 2;
      if (next != kind && at > start) {
        parts.part(start, at, kind != 0);
        start = at;
      }
      kind = next;
      at += Character.charCount(c);
    }
    if (start < text.length()) {
      parts.part(start, text.length(), kind != 0);
    }
  }
}
