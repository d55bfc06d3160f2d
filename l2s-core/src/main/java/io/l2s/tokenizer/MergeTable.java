package io.l2s.tokenizer;

import java.util.Arrays;

/** The merges of a BPE model: pairs of ids, with rank and id of what they become. */
final class MergeTable {

  private static final long FREE = -1;

  private long[] pairs = new long[1 << 10];
  private int[] ranks = new int[1 << 10];
  private int[] ids = new int[1 << 10];
  private int size;

  MergeTable() {
    Arrays.fill(pairs, FREE);
  }

  /** Adds a merge; a pair that was added before gets the later rank. */
  void put(int left, int right, int rank, int id) {
    if (2 * size >= pairs.length) {
      grow();
    }
    long pair = pair(left, right);
    int slot = slot(pair);
    if (pairs[slot] == FREE) {
      size++;
    }
    pairs[slot] = pair;
    ranks[slot] = rank;
    ids[slot] = id;
  }

  /** The place of the pair's merge, or −1. */
  int find(int left, int right) {
    int slot = slot(pair(left, right));
    return pairs[slot] == FREE ? -1 : slot;
  }

  int rank(int place) {
    return ranks[place];
  }

  int id(int place) {
    return ids[place];
  }

  private void grow() {
    MergeTable larger = new MergeTable();
    larger.pairs = new long[2 * pairs.length];
    larger.ranks = new int[larger.pairs.length];
    larger.ids = new int[larger.pairs.length];
    Arrays.fill(larger.pairs, FREE);
    for (int i = 0; i < pairs.length; i++) {
      if (pairs[i] != FREE) {
        larger.put((int) (pairs[i] >>> 32), (int) pairs[i], ranks[i], ids[i]);
      }
    }
    pairs = larger.pairs;
    ranks = larger.ranks;
    ids = larger.ids;
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The pair's place, or the free one where it belongs. */
  private int slot(long pair) {
    int slot = HashSeed.spread(pair) & (pairs.length - 1);
    while (pairs[slot] != FREE && pairs[slot] != pair) {
      slot = (slot + 1) & (pairs.length - 1);
    }
    return slot;
  }
}
