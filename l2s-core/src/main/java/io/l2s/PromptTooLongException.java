package io.l2s;

/**
 * A prompt over the model's limit of characters or tokens; prompts are refused, never truncated.
 */
public class PromptTooLongException extends InvalidRequestException {

  private static final long serialVersionUID = 1L;

  /**
   * @param unit {@code characters} or {@code tokens}
   * @param limit the most that the model takes
   * @param actual how many the prompt has
   */
  public PromptTooLongException(String unit, int limit, int actual) {
    super("prompt", "at most " + limit + " " + unit + " long", actual + " " + unit);
  }

  /**
   * @param reason why there is that limit
   */
  public PromptTooLongException(String unit, int limit, int actual, String reason) {
    super("prompt", "at most " + limit + " " + unit + " long, " + reason, actual + " " + unit);
  }
}
