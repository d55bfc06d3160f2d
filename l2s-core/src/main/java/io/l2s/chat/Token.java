package io.l2s.chat;

/**
 * The smallest piece of a template.
 *
 * @param text as written; of a string what it stands for
 * @param line counted from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  boolean isName(String text) {
    return is(Kind.NAME, text);
  }

  boolean isOperator(String text) {
    return is(Kind.OPERATOR, text);
  }
}
