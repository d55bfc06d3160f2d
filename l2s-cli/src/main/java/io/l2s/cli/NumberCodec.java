package io.l2s.cli;

import io.l2s.serving.AnswerText;
import io.l2s.serving.TextCodec;
import io.l2s.tokenizer.Vocabulary;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Writes ids as decimal numbers, so that checkpoints without a useful tokenizer can be served.
 *
 * @param vocabulary what the ids stand for in the model's own tokenizer
 */
record NumberCodec(Vocabulary vocabulary) implements TextCodec {

  @Override
  public int[] encode(String prompt) {
    return Arrays.stream(prompt.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Override
  public int[] encodeAnswer(String text) {
    return encode(text);
  }

  @Override
  public AnswerText newAnswer() {
    return new AnswerText() {
      @Override
      public String append(int... ids) {
        return text(ids) + " ";
      }

      @Override
      public String finish() {
        return "";
      }
    };
  }

  static String text(int... ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
