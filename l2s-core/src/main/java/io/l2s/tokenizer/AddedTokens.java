package io.l2s.tokenizer;

import java.util.List;

/** Finds added tokens in a text: from left to right, the longest at each place. */
final class AddedTokens {

  /** Receives the parts of a text in order. */
  interface Parts {

    void token(int id);

    /** A part without added tokens, never empty. */
    void text(int start, int end);
  }

  private final List<AddedToken> tokens;
  private final TokenTrie trie = new TokenTrie();

  /**
   * @param spellings how each of {@code tokens} looks in the text that is searched
   */
  AddedTokens(List<AddedToken> tokens, List<String> spellings) {
    this.tokens = List.copyOf(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      trie.add(spellings.get(i), i);
    }
  }

  void split(String text, Parts parts) {
    int taken = 0;
    int at = 0;
    while (at < text.length() && !tokens.isEmpty()) {
      int node = TokenTrie.root();
      int found = -1;
      int end = at;
      for (int i = at; i < text.length(); i++) {
        node = trie.child(node, text.charAt(i));
        if (node < 0) {
          break;
        }
        if (trie.value(node) >= 0) {
          found = trie.value(node);
          end = i + 1;
        }
      }
      if (found < 0) {
        at++;
        continue;
      }
      AddedToken token = tokens.get(found);
      int start = at;
      at = end;
      if (token.singleWord() && besideWord(text, start, end)) {
        continue;
      }
      while (token.leftStrip() && start > taken && isWhiteSpace(text, start - 1)) {
        start--;
      }
      while (token.rightStrip() && end < text.length() && isWhiteSpace(text, end)) {
        end++;
      }
      if (taken < start) {
        parts.text(taken, start);
      }
      parts.token(token.id());
      taken = end;
    }
    if (taken < text.length()) {
      parts.text(taken, text.length());
    }
  }

  private static boolean besideWord(String text, int start, int end) {
    return start > 0 && Characters.isWord(text.codePointBefore(start))
        || end < text.length() && Characters.isWord(text.codePointAt(end));
  }

  private static boolean isWhiteSpace(String text, int at) {
    return Characters.isWhiteSpace(text.charAt(at));
  }
}
