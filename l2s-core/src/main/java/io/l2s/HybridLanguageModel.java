package io.l2s;

import java.util.Set;

/** A language model made of an LLM that reads and an SLM that writes (arXiv 2402.16844). */
public interface HybridLanguageModel extends LanguageModel {

  /** The routes that can be asked for. */
  Set<Route> routes();

  /**
   * Whether the model has a chat template for the conversations of {@link
   * GenerationRequest#ofChat}; a model that has none refuses them. A decorator returns its
   * delegate's.
   */
  default boolean hasChatTemplate() {
    return true;
  }

  /**
   * The state of the cache of prompt features; {@link FeatureCacheStatistics#NONE} where there is
   * none. A decorator returns its delegate's.
   */
  default FeatureCacheStatistics featureCacheStatistics() {
    return FeatureCacheStatistics.NONE;
  }
}
