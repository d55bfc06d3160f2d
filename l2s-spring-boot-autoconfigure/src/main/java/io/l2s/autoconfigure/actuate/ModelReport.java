package io.l2s.autoconfigure.actuate;

import io.l2s.FeatureCacheStatistics;
import io.l2s.Route;
import io.l2s.assembly.ComponentDescription;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model as operators see it. All but {@code state} is null before the model is ready.
 *
 * @param state a {@link io.l2s.autoconfigure.ServedModel.State}, in lower case
 * @param routes the routes that can be asked for
 * @param bundle directory of the bundle; null where the parts have locations of their own
 * @param sha256 digests that the bundle names, by file
 * @param components the parts that come from files
 * @param queue requests and running batches
 * @param featureCache the cache of prompt features
 * @param breakers states of the circuit breakers by name
 */
public record ModelReport(
    String state,
    @Nullable Set<Route> routes,
    @Nullable String bundle,
    @Nullable Map<String, String> sha256,
    @Nullable SortedMap<String, ComponentDescription> components,
    @Nullable Queue queue,
    @Nullable FeatureCacheStatistics featureCache,
    @Nullable Map<String, String> breakers) {

  /**
   * The queue and the running batches.
   *
   * @param waiting requests that wait
   * @param capacity requests that may wait
   * @param inProgress requests that wait or run
   * @param decoding sequences in the running batches
   * @param maxBatchSize sequences that may decode at a time
   */
  public record Queue(int waiting, int capacity, int inProgress, int decoding, int maxBatchSize) {}
}
