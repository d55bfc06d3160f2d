package io.l2s;

import java.util.Set;

/** A language model made of an LLM that reads and an SLM that writes (arXiv 2402.16844). */
public interface HybridLanguageModel extends LanguageModel {

  /** The routes that can be asked for. */
  Set<Route> routes();

  /**
   * The state of the cache of prompt features; {@link FeatureCacheStatistics#NONE} where there is
   * none. A decorator returns its delegate's.
   */
  default FeatureCacheStatistics featureCacheStatistics() {
    return FeatureCacheStatistics.NONE;
  }

  /**
   * Queue and running batches; {@link ServingStatistics#NONE} where the model keeps no such
   * statistics. A decorator returns its delegate's.
   */
  default ServingStatistics servingStatistics() {
    return ServingStatistics.NONE;
  }
}
