package io.l2s.autoconfigure;

import io.l2s.GenerationRequest;
import io.l2s.PromptTemplate;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once where a model has a prompt template and none of the first prompts is written by it,
 * since such prompts are answered badly. Thread-safe.
 */
final class TemplateUse {

  private static final Logger LOG = LoggerFactory.getLogger(TemplateUse.class);
  private static final int PROMPTS = 10;
  private static final int DONE = Integer.MAX_VALUE;

  private final AtomicInteger missed = new AtomicInteger();

  void see(GenerationRequest request, PromptTemplate template) {
    if (missed.get() == DONE || !request.messages().isEmpty()) {
      return;
    }
    if (template.matches(request.prompt())) {
      missed.set(DONE);
    } else if (missed.accumulateAndGet(1, (now, one) -> now == DONE ? DONE : now + one)
        == PROMPTS) {
      missed.set(DONE);
      LOG.warn(
          "None of the first {} prompts is written by the template of the model, \"{}\", so the"
              + " answers may be poor; use generateFrom(source) or promptFor(source)",
          PROMPTS,
          template.text());
    }
  }
}
