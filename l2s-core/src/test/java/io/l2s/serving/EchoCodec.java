package io.l2s.serving;

/** One id a character; id 0 ends an answer and has no text. */
final class EchoCodec implements TextCodec {

  static final int EOS = 0;

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
