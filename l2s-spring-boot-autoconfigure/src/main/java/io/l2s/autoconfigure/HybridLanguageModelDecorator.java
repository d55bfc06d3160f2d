package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;

/**
 * Wraps each model that is configured or made by a {@link HybridLanguageModelFactory}. Beans of
 * this type apply in their order: the first is the innermost, the last sees each request first.
 */
@FunctionalInterface
public interface HybridLanguageModelDecorator {

  /**
   * Returns a model that adds something to {@code model}; closing it closes {@code model}.
   *
   * @param description the model's name, bounds and parts
   */
  HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description);

  /**
   * Frees what it keeps for a model of a {@link HybridLanguageModelFactory} that was closed while
   * the application runs. Nothing by default.
   */
  default void onClose(ModelDescription description) {}
}
