package io.l2s;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns conversations into requests that a model can answer: by its chat template where it has one,
 * else by the last user message in its prompt template. The other messages are not read then; the
 * first such conversation is logged, and {@link #unread} returns their number. A model that is
 * loaded again is asked for its templates again. Thread-safe.
 */
public final class ChatFormat {

  private static final Logger LOG = LoggerFactory.getLogger(ChatFormat.class);

  private static final String USER = "user";

  private final HybridLanguageModel model;
  private final AtomicBoolean logged = new AtomicBoolean();

  private ChatFormat(HybridLanguageModel model) {
    this.model = model;
  }

  /** The format of {@code model}, by its own templates. */
  public static ChatFormat of(HybridLanguageModel model) {
    return new ChatFormat(model);
  }

  /**
   * The request for the next turn, every setting left to the model's defaults.
   *
   * @throws InvalidRequestException if there are no messages, or no user message where the model
   *     needs one
   */
  public GenerationRequest request(List<ChatMessage> messages) {
    if (model.hasChatTemplate()) {
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
    return GenerationRequest.of(model.promptFor(Objects.requireNonNull(source)));
  }

  /** Number of {@code messages} that the model does not read. */
  public int unread(List<ChatMessage> messages) {
    return model.hasChatTemplate() ? 0 : messages.size() - 1;
  }
}
