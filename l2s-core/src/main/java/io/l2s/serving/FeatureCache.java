package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.FeatureCacheStatistics;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Keeps features of one model's recent prompts and drops the least recently used first. It lives as
 * long as its model, so the prompt's ids are the whole key.
 *
 * <p>Features of a pinned prompt stay whatever the capacity. {@link #pin}, {@link #unpin} and
 * {@link #statistics} are thread-safe; all else is native thread only. An array that it returns is
 * valid until the next {@link #put}, {@link #trim} or {@link #close}.
 */
final class FeatureCache implements AutoCloseable {

  private record Entry(NDManager owner, NDArray features, long bytes) {}

  private final long capacityBytes;
  private final Supplier<NDManager> scopes;
  private final Map<PromptKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PromptKey, Integer> pins = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  // Written on the native thread only.
  private volatile long size;
  private volatile long bytes;

  FeatureCache(long capacityBytes, Supplier<NDManager> scopes) {
    this.capacityBytes = capacityBytes;
    this.scopes = scopes;
  }

  /** Keeps the prompt's features, once they are put, until {@link #unpin} is called as often. */
  void pin(PromptKey prompt) {
    pins.merge(prompt, 1, Integer::sum);
  }

  /** Removes one pin; true if {@link #trim} may have something to drop now. */
  boolean unpin(PromptKey prompt) {
    pins.computeIfPresent(prompt, (key, count) -> count == 1 ? null : count - 1);
    return bytes > capacityBytes;
  }

  /** H of the prompt, {@code [length, width]}. */
  Optional<NDArray> get(PromptKey prompt) {
    return Optional.ofNullable(entries.get(prompt)).map(Entry::features);
  }

  /** Counts looked-up prompts. */
  void count(int found, int missing) {
    hits.add(found);
    misses.add(missing);
  }

  /**
   * Keeps a copy of {@code features}, {@code [length, width]}, if they fit or the prompt is pinned.
   */
  void put(PromptKey prompt, NDArray features) {
    long needed = features.size() * features.getDataType().getNumOfBytes();
    boolean fits = needed <= capacityBytes || pins.containsKey(prompt);
    if (!fits || entries.containsKey(prompt)) {
      return;
    }
    makeRoom(needed);
    NDManager owner = scopes.get();
    try {
      // A slice shares the storage of its whole batch; a copy holds only its own prompt's.
      NDArray copy = features.duplicate();
      copy.attach(owner);
      entries.put(prompt, new Entry(owner, copy, needed));
      resized(needed);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** Drops unpinned features, least recently used first, until the rest fits the capacity. */
  void trim() {
    makeRoom(0);
  }

  private void makeRoom(long needed) {
    Iterator<Map.Entry<PromptKey, Entry>> eldestFirst = entries.entrySet().iterator();
    while (bytes + needed > capacityBytes && eldestFirst.hasNext()) {
      Map.Entry<PromptKey, Entry> eldest = eldestFirst.next();
      if (!pins.containsKey(eldest.getKey())) {
        eldestFirst.remove();
        resized(-eldest.getValue().bytes());
        evictions.increment();
        eldest.getValue().owner().close();
      }
    }
  }

  private void resized(long added) {
    bytes = bytes + added;
    size = entries.size();
  }

  FeatureCacheStatistics statistics() {
    return new FeatureCacheStatistics(hits.sum(), misses.sum(), evictions.sum(), size, bytes);
  }

  @Override
  public void close() {
    entries.values().forEach(entry -> entry.owner().close());
    entries.clear();
    resized(-bytes);
  }
}
