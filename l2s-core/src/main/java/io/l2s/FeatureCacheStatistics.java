package io.l2s;

/**
 * Counts of a model's cache of prompt features since it was loaded, and its present size.
 *
 * @param hits prompts whose features were found, so that the LLM did not read them
 * @param misses prompts that the LLM read
 * @param evictions prompts whose features were dropped to make room
 * @param entries prompts whose features it holds
 * @param bytes memory of these features
 */
public record FeatureCacheStatistics(
    long hits, long misses, long evictions, long entries, long bytes) {

  /** The statistics of a model without such a cache. */
  public static final FeatureCacheStatistics NONE = new FeatureCacheStatistics(0, 0, 0, 0, 0);

  /** The same size, with what was counted since {@code earlier} only. */
  public FeatureCacheStatistics since(FeatureCacheStatistics earlier) {
    return new FeatureCacheStatistics(
        hits - earlier.hits,
        misses - earlier.misses,
        evictions - earlier.evictions,
        entries,
        bytes);
  }

  /** The same size, with the counts of {@code former}, the model before this one, added. */
  public FeatureCacheStatistics after(FeatureCacheStatistics former) {
    return new FeatureCacheStatistics(
        hits + former.hits, misses + former.misses, evictions + former.evictions, entries, bytes);
  }
}
