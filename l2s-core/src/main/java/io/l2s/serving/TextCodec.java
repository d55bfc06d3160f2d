package io.l2s.serving;

import io.l2s.tokenizer.IncrementalDetokenizer;
import io.l2s.tokenizer.Tokenizer;

/** A model's tokenizer as serving needs it: prompts to ids, answers' ids to text. Thread-safe. */
public interface TextCodec {

  /** The ids of a prompt, special tokens included. */
  int[] encode(String prompt);

  /** The ids of a piece of an answer, without special tokens. */
  int[] encodeAnswer(String text);

  /** Starts the text of a new answer. */
  AnswerText newAnswer();

  /** Uses {@code tokenizer}, which must stay open as long as the model that uses the codec. */
  static TextCodec of(Tokenizer tokenizer) {
    return new TextCodec() {
      @Override
      public int[] encode(String prompt) {
        return tokenizer.encode(prompt);
      }

      @Override
      public int[] encodeAnswer(String text) {
        return tokenizer.encodeWithoutSpecialTokens(text);
      }

      @Override
      public AnswerText newAnswer() {
        IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
        return new AnswerText() {
          @Override
          public String append(int... ids) {
            return detokenizer.append(ids);
          }

          @Override
          public String finish() {
            return detokenizer.finish();
          }
        };
      }
    };
  }
}
