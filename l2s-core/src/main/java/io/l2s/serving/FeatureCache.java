package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.IntBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Prompt features of recent prompts, the least recently used dropped first. Native thread only.
 *
 * <p>An array it hands out is good until the next {@link #put} or {@link #close}.
 */
final class FeatureCache implements AutoCloseable {

  private record Entry(NDManager owner, NDArray features, long bytes) {}

  private final long capacityBytes;
  private final Supplier<NDManager> scopes;
  private final Map<IntBuffer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  FeatureCache(long capacityBytes, Supplier<NDManager> scopes) {
    this.capacityBytes = capacityBytes;
    this.scopes = scopes;
  }

  /** H of the prompt, {@code [length, width]}. */
  Optional<NDArray> get(int[] promptIds) {
    return Optional.ofNullable(entries.get(IntBuffer.wrap(promptIds))).map(Entry::features);
  }

  /** Keeps a copy of {@code features}, {@code [length, width]}, unless it exceeds the capacity. */
  void put(int[] promptIds, NDArray features) {
    IntBuffer key = IntBuffer.wrap(promptIds);
    long size = features.size() * features.getDataType().getNumOfBytes();
    if (size > capacityBytes || entries.containsKey(key)) {
      return;
    }
    makeRoomFor(size);
    NDManager owner = scopes.get();
    try {
      // A slice shares the storage of its whole batch; a copy holds its own prompt's alone.
      NDArray copy = features.duplicate();
      copy.attach(owner);
      entries.put(key, new Entry(owner, copy, size));
      bytes += size;
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private void makeRoomFor(long size) {
    Iterator<Entry> eldestFirst = entries.values().iterator();
    while (bytes + size > capacityBytes) {
      Entry eldest = eldestFirst.next();
      eldestFirst.remove();
      bytes -= eldest.bytes();
      eldest.owner().close();
    }
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    entries.values().forEach(entry -> entry.owner().close());
    entries.clear();
    bytes = 0;
  }
}
