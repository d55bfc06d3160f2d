package io.l2s;

/** Messages for a model whose chat template cannot be run. Plain prompts work. */
public class ChatTemplateException extends InvalidRequestException {

  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;

  /**
   * @param problem what is wrong, with the file
   * @param line the template's line at fault, from 1; 0 if it is the file as a whole
   */
  public ChatTemplateException(String problem, int line) {
    super(
        "messages",
        "left out, since the chat template cannot be run (" + problem + ")",
        "given; use a plain prompt");
    this.problem = problem;
    this.line = line;
  }

  /** What is wrong, with the file and the line. */
  public String problem() {
    return problem;
  }

  /** The template's line at fault, from 1; 0 if it is the file as a whole. */
  public int line() {
    return line;
  }
}
