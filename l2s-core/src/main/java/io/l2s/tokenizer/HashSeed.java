package io.l2s.tokenizer;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads keys over the slots of a hash table. It differs from process to process, since a file
 * could otherwise choose ids whose keys all fall into the same slots.
 */
final class HashSeed {

  private static final long FACTOR = ThreadLocalRandom.current().nextLong() | 1;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private HashSeed() {}

  /** A number whose low bits choose the slot of {@code key}. */
  static int spread(long key) {
    long mixed = key * FACTOR;
    return (int) ((mixed ^ mixed >>> 32) * GOLDEN_RATIO >>> 32);
  }
}
