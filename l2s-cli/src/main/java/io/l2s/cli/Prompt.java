package io.l2s.cli;

import io.l2s.ChatMessage;
import io.l2s.GenerationRequest;
import java.util.List;

/**
 * A prompt and its origin, for messages.
 *
 * @param origin such as {@code prompts.txt line 3}
 * @param text empty where there are {@code messages}
 * @param messages a conversation in place of a prompt; empty where there is {@code text}
 */
record Prompt(String origin, String text, List<ChatMessage> messages) {

  Prompt(String origin, String text) {
    this(origin, text, List.of());
  }

  /** The text as one message of a user. */
  Prompt asMessage() {
    return new Prompt(origin, "", List.of(ChatMessage.user(text)));
  }

  GenerationRequest request() {
    return messages.isEmpty() ? GenerationRequest.of(text) : GenerationRequest.ofChat(messages);
  }
}
