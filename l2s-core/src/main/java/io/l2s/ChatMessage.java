package io.l2s;

import java.util.Objects;

/**
 * One turn of a conversation; the model's chat template writes the turns as a prompt.
 *
 * @param role who speaks, as the template names it: {@code user}, {@code assistant}, {@code system}
 * @param text what they say
 */
public record ChatMessage(String role, String text) {

  /**
   * @throws InvalidRequestException if the role is blank
   */
  public ChatMessage {
    Objects.requireNonNull(text, "text");
    if (role.isBlank()) {
      throw new InvalidRequestException("role", "user, assistant, system or the like", "blank");
    }
  }

  public static ChatMessage user(String text) {
    return new ChatMessage("user", text);
  }

  public static ChatMessage assistant(String text) {
    return new ChatMessage("assistant", text);
  }

  public static ChatMessage system(String text) {
    return new ChatMessage("system", text);
  }

  /** The role and the length of the text, which may be private. */
  @Override
  public String toString() {
    return "ChatMessage[" + role + ", " + text.length() + " characters]";
  }
}
