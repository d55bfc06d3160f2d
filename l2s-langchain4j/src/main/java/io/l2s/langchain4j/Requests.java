package io.l2s.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import io.l2s.ChatMessage;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import java.util.List;
import java.util.Objects;

/** Reads LangChain4j's requests; what l2s cannot do is refused by name. */
final class Requests {

  private Requests() {}

  static List<ChatMessage> messages(ChatRequest request) {
    return request.messages().stream().map(Requests::message).toList();
  }

  private static ChatMessage message(dev.langchain4j.data.message.ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return ChatMessage.system(system.text());
    } else if (message instanceof AiMessage answer && !answer.hasToolExecutionRequests()) {
      return ChatMessage.assistant(Objects.requireNonNullElse(answer.text(), ""));
    } else if (message instanceof UserMessage user) {
      return ChatMessage.user(text(user));
    }
    throw unsupported("messages of the type " + message.type() + " with tools");
  }

  private static String text(UserMessage message) {
    StringBuilder text = new StringBuilder();
    for (Content content : message.contents()) {
      if (!(content instanceof TextContent part)) {
        throw unsupported("contents of the type " + content.type());
      }
      text.append(part.text());
    }
    return text.toString();
  }

  static GenerationRequest withParameters(GenerationRequest request, ChatRequest given) {
    refuseUnsupported(given);
    GenerationOptions.Builder options =
        GenerationOptions.builder().chatSampling(given.temperature(), given.topP(), given.topK());
    if (given.stopSequences() != null) {
      options.stop(given.stopSequences());
    }
    if (given.presencePenalty() != null) {
      options.presencePenalty(given.presencePenalty());
    }
    if (given.frequencyPenalty() != null) {
      options.frequencyPenalty(given.frequencyPenalty());
    }
    GenerationRequest set = request.withOptions(options.build());
    return given.maxOutputTokens() == null ? set : set.withMaxNewTokens(given.maxOutputTokens());
  }

  private static void refuseUnsupported(ChatRequest given) {
    if (given.modelName() != null) {
      throw unsupported("modelName " + given.modelName());
    }
    if (given.toolSpecifications() != null && !given.toolSpecifications().isEmpty()) {
      throw unsupported("toolSpecifications");
    }
    if (given.responseFormat() != null
        && given.responseFormat().type() != ResponseFormatType.TEXT) {
      throw unsupported("responseFormat " + given.responseFormat().type());
    }
  }

  private static UnsupportedFeatureException unsupported(String feature) {
    return new UnsupportedFeatureException("l2s does not support " + feature + "; leave it out");
  }
}
