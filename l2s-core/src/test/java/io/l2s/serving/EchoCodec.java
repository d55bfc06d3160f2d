package io.l2s.serving;

import io.l2s.tokenizer.Vocabulary;

/**
 * One id a character; id 0 ends an answer and has no text.
 *
 * @param vocabulary what it says that its ids stand for
 */
record EchoCodec(Vocabulary vocabulary) implements TextCodec {

  static final int EOS = 0;

  /** As any other of its kind. */
  EchoCodec() {
    this(new Vocabulary(1 << 16, "characters"));
  }

  @Override
  public int[] encode(String prompt) {
    return prompt.chars().toArray();
  }

  @Override
  public int[] encodeAnswer(String text) {
    return text.chars().toArray();
  }

  @Override
  public AnswerText newAnswer() {
    return new AnswerText() {
      @Override
      public String append(int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
          if (id != EOS) {
            text.append((char) id);
          }
        }
        return text.toString();
      }

      @Override
      public String finish() {
        return "";
      }
    };
  }
}
