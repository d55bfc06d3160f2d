package io.l2s.tokenizer;

/**
 * A token beside the model's own, found in a text before the model sees it.
 *
 * @param singleWord whether no word character may stand beside it
 * @param leftStrip whether it takes the white space before it
 * @param rightStrip whether it takes the white space behind it
 * @param normalized whether it is looked for in the normalized text
 * @param special whether answers leave it out
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean leftStrip,
    boolean rightStrip,
    boolean normalized,
    boolean special) {

  /** Longer ones would make the search slow; real ones have up to some dozens. */
  private static final int MAX_LENGTH = 256;

  static AddedToken read(JsonNode node, int maxId) {
    boolean special = node.booleanOr("special", false);
    return new AddedToken(
        node.requiredInt("id", 0, maxId),
        node.text("content", MAX_LENGTH),
        node.booleanOr("single_word", false),
        node.booleanOr("lstrip", false),
        node.booleanOr("rstrip", false),
        node.booleanOr("normalized", !special),
        special);
  }
}
