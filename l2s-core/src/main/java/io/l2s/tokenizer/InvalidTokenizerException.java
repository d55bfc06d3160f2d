package io.l2s.tokenizer;

/** A problem of a {@code tokenizer.json}, without the file's name. */
final class InvalidTokenizerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidTokenizerException(String problem) {
    super(problem);
  }

  /** A field that must be otherwise: {@code "FIELD must BOUND, but was VALUE"}. */
  static InvalidTokenizerException field(String path, String bound, String value) {
    return new InvalidTokenizerException(path + " must be " + bound + ", but was " + value);
  }
}
