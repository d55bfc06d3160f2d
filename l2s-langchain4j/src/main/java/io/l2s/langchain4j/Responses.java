package io.l2s.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.l2s.GenerationResult;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.QueueFullException;
import io.l2s.autoconfigure.PropertyNames;

/** Makes LangChain4j's responses and exceptions. */
final class Responses {

  private Responses() {}

  static ChatResponse of(GenerationResult result, int unread) {
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(result.text()))
        .metadata(L2sChatResponseMetadata.of(result, unread))
        .build();
  }

  static RuntimeException exception(L2sException failure) {
    String message = failure.messageFor(PropertyNames.forModelOf(failure));
    if (failure instanceof InvalidRequestException) {
      return new dev.langchain4j.exception.InvalidRequestException(message, failure);
    } else if (failure instanceof QueueFullException) {
      return new RateLimitException(message, failure);
    }
    return failure;
  }
}
