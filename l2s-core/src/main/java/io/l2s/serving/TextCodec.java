package io.l2s.serving;

import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.InvalidRequestException;
import io.l2s.chat.ChatTemplate;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.UnreadableTextException;
import io.l2s.tokenizer.Vocabulary;
import java.util.List;

/** A model's tokenizer as serving needs it: prompts to ids, answers' ids to text. Thread-safe. */
public interface TextCodec {

  /**
   * The ids of a prompt, special tokens included.
   *
   * @throws UnreadableTextException if the prompt has none
   */
  int[] encode(String prompt);

  /**
   * The ids of a piece of an answer, without special tokens.
   *
   * @throws UnreadableTextException if the text has none
   */
  int[] encodeAnswer(String text);

  /** The tokens that its ids stand for; models over equal ones can be fed each other's ids. */
  Vocabulary vocabulary();

  /** Whether there is a chat template. */
  default boolean hasChatTemplate() {
    return false;
  }

  /**
   * The prompt that the chat template writes for {@code messages}.
   *
   * @throws InvalidRequestException if there is no template or it refuses the messages
   */
  default String chatPrompt(List<ChatMessage> messages) {
    throw new ChatTemplateException("the model has no chat template", 0);
  }

  /** The ids of a prompt from {@link #chatPrompt}, in which the template wrote special tokens. */
  default int[] encodeChat(String chatPrompt) {
    return encodeAnswer(chatPrompt);
  }

  /**
   * The end of an answer's text, as if no id followed {@code ids}: the text of the last id and at
   * least {@code characters} characters before it, or the whole text. How the ids spell it makes no
   * difference.
   */
  default String textEnd(List<Integer> ids, int characters) {
    AnswerText whole = newAnswer();
    return whole.append(ids.stream().mapToInt(Integer::intValue).toArray()) + whole.finish();
  }

  /** Starts the text of a new answer. */
  AnswerText newAnswer();

  /** Uses {@code tokenizer}. */
  static TextCodec of(Tokenizer tokenizer) {
    return new TokenizerCodec(tokenizer, null);
  }

  /** As {@link #of(Tokenizer)}, with messages written by {@code template}. */
  static TextCodec of(Tokenizer tokenizer, ChatTemplate template) {
    return new TokenizerCodec(tokenizer, template);
  }
}
