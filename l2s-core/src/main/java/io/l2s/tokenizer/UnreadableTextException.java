package io.l2s.tokenizer;

import io.l2s.EngineException;

/**
 * A text that a tokenizer does not turn into ids: it has a character without a token, becomes far
 * longer on the way, or takes too long.
 */
public final class UnreadableTextException extends EngineException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  UnreadableTextException(String tokenizer, RuntimeException cause) {
    super(tokenizer + " failed: " + cause.getMessage(), cause);
    this.problem = String.valueOf(cause.getMessage());
  }

  /** The problem of the text, without the tokenizer's name. */
  public String problem() {
    return problem;
  }
}
