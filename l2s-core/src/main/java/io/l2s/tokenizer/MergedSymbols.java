package io.l2s.tokenizer;

import java.util.Arrays;

/**
 * The symbols of one piece while they are merged: a linked list, and a heap of the merges that are
 * possible, lowest rank first, then from left to right.
 */
final class MergedSymbols {

  private static final int REMOVED = -1;

  private final int[] ids;
  private final int[] next;
  private final int[] previous;
  private final MergeTable merges;
  private long[] heap;
  private int[] heapIds;
  private int heapSize;

  MergedSymbols(int[] ids, MergeTable merges) {
    this.ids = ids;
    this.merges = merges;
    this.next = new int[ids.length];
    this.previous = new int[ids.length];
    this.heap = new long[ids.length + 1];
    this.heapIds = new int[ids.length + 1];
    for (int i = 0; i < ids.length; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i + 1 < ids.length; i++) {
      offer(i);
    }
    mergeAll();
  }

  void appendTo(TokenIds found) {
    for (int i = 0; i < ids.length; i = next[i]) {
      found.add(ids[i]);
    }
  }

  private void mergeAll() {
    while (heapSize > 0) {
      int left = (int) heap[0];
      int merged = heapIds[0];
      removeFirst();
      int right = ids[left] == REMOVED ? ids.length : next[left];
      if (right == ids.length || !isCurrent(left, right, merged)) {
        continue;
      }
      ids[left] = merged;
      ids[right] = REMOVED;
      next[left] = next[right];
      if (next[right] < ids.length) {
        previous[next[right]] = left;
      }
      if (previous[left] >= 0) {
        offer(previous[left]);
      }
      offer(left);
    }
  }

  /** Whether the pair was not changed by a merge since it was offered. */
  private boolean isCurrent(int left, int right, int merged) {
    int merge = merges.find(ids[left], ids[right]);
    return merge >= 0 && merges.id(merge) == merged;
  }

  private void offer(int left) {
    if (next[left] == ids.length) {
      return;
    }
    int merge = merges.find(ids[left], ids[next[left]]);
    if (merge < 0) {
      return;
    }
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heapSize);
      heapIds = Arrays.copyOf(heapIds, 2 * heapSize);
    }
    long key = (long) merges.rank(merge) << 32 | left;
    int at = heapSize++;
    while (at > 0 && heap[(at - 1) / 2] > key) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    heap[at] = key;
    heapIds[at] = merges.id(merge);
  }

  private void removeFirst() {
    long key = heap[--heapSize];
    int id = heapIds[heapSize];
    int at = 0;
    while (2 * at + 1 < heapSize) {
      int child = 2 * at + 1;
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= key) {
        break;
      }
      move(child, at);
      at = child;
    }
    heap[at] = key;
    heapIds[at] = id;
  }

  private void move(int from, int to) {
    heap[to] = heap[from];
    heapIds[to] = heapIds[from];
  }
}
