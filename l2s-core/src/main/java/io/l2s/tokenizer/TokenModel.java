package io.l2s.tokenizer;

/** Makes the tokens of one piece of text. Thread-safe. */
interface TokenModel {

  /**
   * Appends the ids of {@code piece}, which is not empty.
   *
   * @throws NoTokenException if the piece has a character without a token
   */
  void tokenize(String piece, TokenIds ids);

  /** The id that stands for characters without a token, or −1. */
  int unknownId();
}
