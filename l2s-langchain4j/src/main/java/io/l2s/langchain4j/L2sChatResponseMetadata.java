package io.l2s.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.l2s.Degradation;
import io.l2s.GenerationResult;
import io.l2s.Route;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who answered, and what the model did not read. Immutable. */
public final class L2sChatResponseMetadata extends ChatResponseMetadata {

  private final Route route;
  private final Optional<Degradation> degradation;
  private final int unreadMessages;

  private L2sChatResponseMetadata(GenerationResult result, int unreadMessages) {
    super(
        ChatResponseMetadata.builder()
            .tokenUsage(
                new TokenUsage(result.usage().promptTokens(), result.usage().generatedTokens()))
            .finishReason(finishReason(result)));
    this.route = result.route();
    this.degradation = result.degradation();
    this.unreadMessages = unreadMessages;
  }

  static L2sChatResponseMetadata of(GenerationResult result, int unreadMessages) {
    return new L2sChatResponseMetadata(result, unreadMessages);
  }

  private static FinishReason finishReason(GenerationResult result) {
    return switch (result.finishReason()) {
      case EOS, STOP -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case CANCELLED, DEADLINE -> FinishReason.OTHER;
    };
  }

  /** The path that made the answer. */
  public Route route() {
    return route;
  }

  /** Why another route than the default one answered; empty if none did. */
  public Optional<Degradation> degradation() {
    return degradation;
  }

  /** Messages that the model did not read, since it has no chat template. */
  public int unreadMessages() {
    return unreadMessages;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof L2sChatResponseMetadata metadata
        && super.equals(other)
        && route == metadata.route
        && degradation.equals(metadata.degradation)
        && unreadMessages == metadata.unreadMessages;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), route, degradation, unreadMessages);
  }
}
