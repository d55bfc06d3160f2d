package io.l2s.tokenizer;

/** A text has a character that the model has no token for, and there is no unknown token. */
final class NoTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String unknown;

  /**
   * @param unknown the field that should name the unknown token
   */
  NoTokenException(String text, String unknown) {
    super("\"" + JsonNode.shown(text) + "\" has no token, and " + unknown);
    this.unknown = unknown;
  }

  /** Why no unknown token stands for it, such as {@code "model.unk_id is null"}. */
  String unknown() {
    return unknown;
  }
}
