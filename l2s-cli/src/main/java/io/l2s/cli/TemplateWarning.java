package io.l2s.cli;

import io.l2s.Excerpt;
import io.l2s.PromptTemplate;
import java.io.PrintWriter;
import java.util.Iterator;

/** Prompts as they are, with a warning about the first that a bundle's template did not write. */
final class TemplateWarning implements Iterator<Prompt> {

  private static final int LONGEST = 200;

  private final Iterator<Prompt> prompts;
  private final PromptTemplate template;
  private final PrintWriter err;
  private boolean given;

  TemplateWarning(Iterator<Prompt> prompts, PromptTemplate template, PrintWriter err) {
    this.prompts = prompts;
    this.template = template;
    this.err = err;
  }

  @Override
  public boolean hasNext() {
    return prompts.hasNext();
  }

  @Override
  public Prompt next() {
    Prompt next = prompts.next();
    if (!given && next.messages().isEmpty() && !template.matches(next.text())) {
      given = true;
      err.println(
          "l2s generate: warning: "
              + next.origin()
              + " is not written by the bundle's template, \""
              + Excerpt.of(template.text(), LONGEST)
              + "\", so the answer may be poor; --source puts prompts into the template");
      err.flush();
    }
    return next;
  }
}
