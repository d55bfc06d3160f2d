package io.l2s;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns conversations into requests that a model can answer: by its chat template where it has one,
 * else by the last user message in a prompt template. The other messages are not read then; the
 * first such conversation is logged, and {@link #unread} tells their number. Thread-safe.
 */
public final class ChatFormat {

  private static final Logger LOG = LoggerFactory.getLogger(ChatFormat.class);

  private static final String SOURCE = "{source}";
  private static final String USER = "user";

  private final boolean chatTemplate;
  private final String promptTemplate;
  private final AtomicBoolean logged = new AtomicBoolean();

  private ChatFormat(boolean chatTemplate, String promptTemplate) {
    this.chatTemplate = chatTemplate;
    this.promptTemplate = promptTemplate;
  }

  /**
   * The format of {@code model}.
   *
   * @param promptTemplate text with {@code {source}} in the place of the last user message, for a
   *     model without chat template; empty: that message alone
   */
  public static ChatFormat of(HybridLanguageModel model, Optional<String> promptTemplate) {
    return new ChatFormat(model.hasChatTemplate(), promptTemplate.orElse(SOURCE));
  }

  /**
   * The request for the next turn, every setting left to the model's defaults.
   *
   * @throws InvalidRequestException if there are no messages, or no user message where the model
   *     needs one
   */
  public GenerationRequest request(List<ChatMessage> messages) {
    if (chatTemplate) {
      return GenerationRequest.ofChat(messages);
    }
    String source =
        messages.stream()
            .filter(message -> message.role().equals(USER))
            .reduce((earlier, later) -> later)
            .map(ChatMessage::text)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "messages",
                        "with a user message, since the model has no chat template",
                        messages.size() + " messages of other roles"));
    if (unread(messages) > 0 && !logged.getAndSet(true)) {
      LOG.warn(
          "The model has no chat template, so it reads the last user message of a conversation and"
              + " no other; use an instruct model for conversations. This is logged once");
    }
    return GenerationRequest.of(promptTemplate.replace(SOURCE, Objects.requireNonNull(source)));
  }

  /** Number of {@code messages} that the model does not read. */
  public int unread(List<ChatMessage> messages) {
    return chatTemplate ? 0 : messages.size() - 1;
  }
}
