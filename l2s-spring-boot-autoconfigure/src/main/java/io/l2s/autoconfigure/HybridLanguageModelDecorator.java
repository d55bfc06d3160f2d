package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;

/**
 * Wraps the auto-configured model. Beans of this type apply in their order: the first is the
 * innermost, the last sees each request first.
 */
@FunctionalInterface
public interface HybridLanguageModelDecorator {

  /** Returns a model that adds something to {@code model}; closing it closes {@code model}. */
  HybridLanguageModel decorate(HybridLanguageModel model);
}
