package io.l2s.tokenizer;

import java.util.Map;

/** Each piece is one token. */
record WordLevel(Map<String, Integer> vocabulary, String unknown) implements TokenModel {

  @Override
  public void tokenize(String piece, TokenIds ids) {
    Integer id = vocabulary.get(piece);
    if (id == null) {
      id = vocabulary.get(unknown);
    }
    if (id == null) {
      throw new NoTokenException(
          piece, "model.unk_token \"" + JsonNode.shown(unknown) + "\" is none either");
    }
    ids.add(id);
  }

  @Override
  public int unknownId() {
    return vocabulary.getOrDefault(unknown, -1);
  }
}
