package io.l2s.springai;

import io.l2s.ChatFormat;
import io.l2s.ChatMessage;
import io.l2s.FinishReason;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.web.GenerationFlux;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import reactor.core.publisher.Flux;

/**
 * Spring AI's view of an l2s model, for Spring AI 1.1 and 2.0. Thread-safe.
 *
 * <p>Temperature, top-p, top-k, limit of tokens, stop sequences and penalties of the options count.
 * Without temperature, top-p and top-k the answer is greedy. Tools, media and a model's name are
 * refused. The response's metadata have {@code l2s.route}, {@code l2s.degradation} where another
 * route answered, and {@code l2s.unread-messages} where the model has no chat template.
 *
 * <p>The l2s model observes its generations itself, so this class makes no observation of its own.
 * Cancelling a stream stops the decoding. Failures are {@link L2sException}s.
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

  /** Options that hold tools, as a client drops tools silently otherwise. */
  @Override
  public ChatOptions getDefaultOptions() {
    return ToolCallingChatOptions.builder().build();
  }

  /** The same for clients of Spring AI 2.0, whose {@code ChatModel} has this method, too. */
  public ChatOptions getOptions() {
    return getDefaultOptions();
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    List<ChatMessage> messages = PromptReader.messages(prompt);
    GenerationResult result = model.generate(request(prompt, messages));
    return response(result.text(), result, format.unread(messages));
  }

  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return Flux.defer(
        () -> {
          List<ChatMessage> messages = PromptReader.messages(prompt);
          return GenerationFlux.stream(
              model,
              request(prompt, messages),
              L2sChatModel::piece,
              result -> response("", result, format.unread(messages)));
        });
  }

  private GenerationRequest request(Prompt prompt, List<ChatMessage> messages) {
    return PromptReader.withOptions(format.request(messages), prompt.getOptions());
  }

  private static ChatResponse piece(TextChunk chunk) {
    return new ChatResponse(List.of(new Generation(new AssistantMessage(chunk.text()))));
  }

  private static ChatResponse response(String text, GenerationResult result, int unread) {
    ChatResponseMetadata.Builder metadata =
        ChatResponseMetadata.builder()
            .usage(
                new DefaultUsage(result.usage().promptTokens(), result.usage().generatedTokens()))
            .keyValue("l2s.route", result.route().name());
    result
        .degradation()
        .ifPresent(each -> metadata.keyValue("l2s.degradation", each.cause().name()));
    if (unread > 0) {
      metadata.keyValue("l2s.unread-messages", unread);
    }
    return new ChatResponse(
        List.of(
            new Generation(
                new AssistantMessage(text),
                ChatGenerationMetadata.builder()
                    .finishReason(finishReason(result.finishReason()))
                    .build())),
        metadata.build());
  }

  private static String finishReason(FinishReason reason) {
    return reason == FinishReason.EOS ? FinishReason.STOP.name() : reason.name();
  }
}
