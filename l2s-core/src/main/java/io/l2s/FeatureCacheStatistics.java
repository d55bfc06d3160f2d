package io.l2s;

/**
 * What a model's cache of prompt features did so far and holds now.
 *
 * @param hits prompts whose features were found, so that the LLM had nothing to read
 * @param misses prompts that the LLM read
 * @param evictions prompts whose features were dropped to make room
 * @param entries prompts whose features it holds
 * @param bytes memory of these features
 */
public record FeatureCacheStatistics(
    long hits, long misses, long evictions, long entries, long bytes) {

  /** Of a model without such a cache. */
  public static final FeatureCacheStatistics NONE = new FeatureCacheStatistics(0, 0, 0, 0, 0);
}
