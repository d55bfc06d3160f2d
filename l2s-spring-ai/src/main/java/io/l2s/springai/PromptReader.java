package io.l2s.springai;

import io.l2s.ChatMessage;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.ClassUtils;

/** Reads Spring AI's prompts; what l2s cannot do is refused by name. */
final class PromptReader {

  /** Spring AI 2.0 has no names of tools; there the method is never called. */
  private static final boolean TOOLS_HAVE_NAMES =
      ClassUtils.hasMethod(ToolCallingChatOptions.class, "getToolNames");

  private PromptReader() {}

  static List<ChatMessage> messages(Prompt prompt) {
    return prompt.getInstructions().stream().map(PromptReader::message).toList();
  }

  private static ChatMessage message(Message message) {
    if (message.getMessageType() == MessageType.TOOL
        || message instanceof AssistantMessage assistant && assistant.hasToolCalls()) {
      throw unsupported("tools", "a tool's message");
    }
    if (message instanceof MediaContent content && !content.getMedia().isEmpty()) {
      throw unsupported("media", content.getMedia().size() + " attachments");
    }
    return new ChatMessage(
        message.getMessageType().getValue(), Objects.requireNonNullElse(message.getText(), ""));
  }

  static GenerationRequest withOptions(GenerationRequest request, @Nullable ChatOptions options) {
    if (options == null) {
      return request;
    }
    if (options.getModel() != null) {
      throw unsupported("model", options.getModel());
    }
    if (options instanceof ToolCallingChatOptions tools
        && (given(tools.getToolCallbacks()) || (TOOLS_HAVE_NAMES && given(tools.getToolNames())))) {
      throw unsupported("tools", "given");
    }
    GenerationOptions.Builder builder =
        GenerationOptions.builder()
            .chatSampling(options.getTemperature(), options.getTopP(), options.getTopK());
    if (options.getStopSequences() != null) {
      builder.stop(options.getStopSequences());
    }
    if (options.getPresencePenalty() != null) {
      builder.presencePenalty(options.getPresencePenalty());
    }
    if (options.getFrequencyPenalty() != null) {
      builder.frequencyPenalty(options.getFrequencyPenalty());
    }
    GenerationRequest set = request.withOptions(builder.build());
    return options.getMaxTokens() == null ? set : set.withMaxNewTokens(options.getMaxTokens());
  }

  /** Options of Spring AI 2.0 without tools hold null. */
  private static boolean given(@Nullable Collection<?> tools) {
    return tools != null && !tools.isEmpty();
  }

  private static InvalidRequestException unsupported(String field, String value) {
    return new InvalidRequestException(field, "left out, since l2s does not support it", value);
  }
}
