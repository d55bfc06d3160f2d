package io.l2s.serving;

import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.chat.ChatTemplate;
import io.l2s.tokenizer.IncrementalDetokenizer;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.Vocabulary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's tokenizer and chat template.
 *
 * @param template null if the checkpoint has none
 */
record TokenizerCodec(Tokenizer tokenizer, @Nullable ChatTemplate template) implements TextCodec {

  @Override
  public int[] encode(String prompt) {
    return tokenizer.encode(prompt);
  }

  @Override
  public int[] encodeAnswer(String text) {
    return tokenizer.encodeWithoutSpecialTokens(text);
  }

  @Override
  public boolean hasChatTemplate() {
    return template != null;
  }

  @Override
  public String chatPrompt(List<ChatMessage> messages) {
    if (template == null) {
      return TextCodec.super.chatPrompt(messages);
    }
    String prompt = template.prompt(messages, true);
    if (prompt.isBlank()) {
      throw new ChatTemplateException(
          template.file() + ": the chat template writes no text for these messages", 0);
    }
    return prompt;
  }

  @Override
  public Vocabulary vocabulary() {
    return tokenizer.vocabulary();
  }

  @Override
  public String textEnd(List<Integer> ids, int characters) {
    return tokenizer.decodeEnd(ids, characters);
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
}
