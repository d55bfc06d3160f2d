package io.l2s;

import java.util.function.UnaryOperator;

/** Messages for a model without a chat template that can be run. Plain prompts work. */
public class ChatTemplateException extends InvalidRequestException {

  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;

  /**
   * @param problem what is wrong, with the file
   * @param line the template's line at fault, from 1; 0 if it is the file as a whole or missing
   */
  public ChatTemplateException(String problem, int line) {
    super("messages", "writable as a prompt", problem);
    this.problem = problem;
    this.line = line;
  }

  @Override
  public String getMessage() {
    return "messages cannot be written as a prompt: " + problem + "; use a plain prompt";
  }

  @Override
  public String messageFor(UnaryOperator<String> nameOf) {
    return getMessage();
  }

  /** The problem, with the file and the line. */
  public String problem() {
    return problem;
  }

  /** The template's line at fault, from 1; 0 if it is the file as a whole. */
  public int line() {
    return line;
  }
}
