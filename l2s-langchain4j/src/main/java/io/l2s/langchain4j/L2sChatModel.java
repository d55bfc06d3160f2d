package io.l2s.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.l2s.ChatFormat;
import io.l2s.ChatMessage;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import java.util.List;

/**
 * LangChain4j's view of an l2s model. Thread-safe.
 *
 * <p>Temperature, top-p, top-k, limit of tokens, stop sequences and penalties of a request count.
 * Without temperature, top-p and top-k the answer is greedy. Tools, JSON formats, contents other
 * than text and a model's name are refused. The response's metadata are {@link
 * L2sChatResponseMetadata}. Refusals and a full queue are LangChain4j's exceptions, other failures
 * {@link L2sException}s.
 */
public final class L2sChatModel implements ChatModel {

  private final LanguageModel model;
  private final ChatFormat format;

  /**
   * @param format how {@code model} takes conversations
   */
  public L2sChatModel(LanguageModel model, ChatFormat format) {
    this.model = model;
    this.format = format;
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    List<ChatMessage> messages = Requests.messages(request);
    try {
      return Responses.of(
          model.generate(Requests.withParameters(format.request(messages), request)),
          format.unread(messages));
    } catch (L2sException failure) {
      throw Responses.exception(failure);
    }
  }
}
