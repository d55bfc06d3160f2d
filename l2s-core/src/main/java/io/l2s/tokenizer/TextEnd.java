package io.l2s.tokenizer;

import java.util.List;

/** The end of the text of {@code ids}, found without reading all of them. */
record TextEnd(Tokenizer tokenizer, List<Integer> ids) {

  /**
   * The first characters of a window may differ from the whole text's, as {@link
   * IncrementalDetokenizer} explains; the end may lose a character that a later token brings back.
   */
  private static final int MARGIN = 2 * IncrementalDetokenizer.MIN_CONTEXT_CHARACTERS;

  /** The text of the last id and at least {@code characters} before it, or the whole text. */
  String of(int characters) {
    int before = ids.size() - 1;
    if (!tokenizer.file().incremental() || before < 1) {
      return tokenizer.decode(ids);
    }
    long wanted = (long) characters + MARGIN;
    for (long tokens = wanted; ; tokens *= 2) {
      int from = start(before, tokens);
      if (from == 0) {
        return tokenizer.decode(ids);
      }
      if (tokenizer.decode(ids.subList(from, before)).length() >= wanted) {
        return tokenizer
            .decode(ids.subList(from, ids.size()))
            .substring(IncrementalDetokenizer.MIN_CONTEXT_CHARACTERS);
      }
    }
  }

  /**
   * Where a window of at least {@code tokens} tokens with text begins. It begins in no run of byte
   * tokens, which is text as a whole only.
   */
  private int start(int end, long tokens) {
    int from = end;
    long seen = 0;
    while (from > 0) {
      int id = ids.get(from - 1);
      boolean text = id >= 0 && tokenizer.file().textTokens().get(id);
      if (seen >= tokens && text && !tokenizer.file().byteTokens().get(id)) {
        break;
      }
      seen += text ? 1 : 0;
      from--;
    }
    return from;
  }
}
