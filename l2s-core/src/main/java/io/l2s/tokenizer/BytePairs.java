package io.l2s.tokenizer;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the characters of a piece pair by pair, in the order of the merges: BPE. */
final class BytePairs implements TokenModel {

  /** How pieces and characters without a token are treated. */
  record Options(
      @Nullable String unknown,
      String prefix,
      String suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {}

  private static final int NONE = -1;
  private static final int[] NO_BYTES = {};

  private final Map<String, Integer> ids;
  private final MergeTable merges;
  private final Options options;
  private final @Nullable ByteTokens bytes;

  /** Ids of the tokens of one character in the Basic Multilingual Plane. */
  private final int[] characters = new int[1 << 16];

  BytePairs(Map<String, Integer> ids, MergeTable merges, Options options) {
    this.ids = ids;
    this.merges = merges;
    this.options = options;
    this.bytes = options.byteFallback() ? new ByteTokens(ids) : null;
    Arrays.fill(characters, NONE);
    ids.forEach(
        (token, id) -> {
          if (token.length() == 1) {
            characters[token.charAt(0)] = id;
          }
        });
  }

  @Override
  public void tokenize(String piece, TokenIds found) {
    Integer whole = options.ignoreMerges() ? ids.get(piece) : null;
    if (whole != null) {
      found.add(whole);
      return;
    }
    TokenIds symbols = new TokenIds();
    addSymbols(piece, symbols);
    new MergedSymbols(symbols.toArray(), merges).appendTo(found);
  }

  @Override
  public int unknownId() {
    return options.unknown() == null ? NONE : ids.getOrDefault(options.unknown(), NONE);
  }

  /**
   * The ids of the characters. An unknown token waits for the next known one, so that a run of
   * unknown characters can be one token.
   */
  private void addSymbols(String piece, TokenIds symbols) {
    int waiting = NONE;
    for (int at = 0; at < piece.length(); ) {
      int c = piece.codePointAt(at);
      int end = at + Character.charCount(c);
      boolean last = end == piece.length();
      int id = id(c, at == 0, last);
      int[] spelled = id < 0 && bytes != null ? bytes.of(symbol(c, at == 0, last)) : NO_BYTES;
      if (id >= 0) {
        add(waiting, symbols);
        waiting = NONE;
        symbols.add(id);
      } else if (spelled.length > 0) {
        symbols.addAll(spelled);
      } else if (options.unknown() != null) {
        if (!options.fuseUnknown()) {
          add(waiting, symbols);
        }
        waiting = unknownId(options.unknown(), c);
      }
      at = end;
    }
    add(waiting, symbols);
  }

  private static void add(int waiting, TokenIds symbols) {
    if (waiting != NONE) {
      symbols.add(waiting);
    }
  }

  private int id(int c, boolean first, boolean last) {
    boolean plain = (first || options.prefix().isEmpty()) && (!last || options.suffix().isEmpty());
    if (plain && c < characters.length) {
      return characters[c];
    }
    return ids.getOrDefault(symbol(c, first, last), NONE);
  }

  private String symbol(int c, boolean first, boolean last) {
    return (first ? "" : options.prefix()) + Character.toString(c) + (last ? options.suffix() : "");
  }

  private int unknownId(String token, int c) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new NoTokenException(
          Character.toString(c),
          "model.unk_token \"" + JsonNode.shown(token) + "\" is none either");
    }
    return id;
  }
}
