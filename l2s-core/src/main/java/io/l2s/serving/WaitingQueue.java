package io.l2s.serving;

import io.l2s.ModelClosedException;
import io.l2s.QueueFullException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;

/** Accepted generations that wait for the native thread, first come first served. Thread-safe. */
final class WaitingQueue {

  /** Prompts this short share a batch whatever their lengths: padding them costs nothing. */
  private static final int SHORT_PROMPT = 32;

  private final int capacity;
  // By identity, as generations define no equality; removing a cancelled one takes constant time.
  private final LinkedHashSet<Generation> waiting = new LinkedHashSet<>();
  private final List<Generation> again = new ArrayList<>();
  private boolean closed;

  WaitingQueue(int capacity) {
    this.capacity = capacity;
  }

  synchronized void requireOpen() {
    if (closed) {
      throw new ModelClosedException();
    }
  }

  synchronized void add(Generation generation) {
    requireOpen();
    if (waiting.size() >= capacity) {
      throw new QueueFullException(capacity);
    }
    waiting.add(generation);
  }

  /** Lets generations try again, before all others and whatever the capacity. */
  synchronized void addAgain(List<Generation> generations) {
    again.addAll(generations);
  }

  /** Takes it out; false if somebody else did. */
  synchronized boolean remove(Generation generation) {
    return waiting.remove(generation) || again.remove(generation);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty() && again.isEmpty();
  }

  synchronized List<Generation> all() {
    List<Generation> all = new ArrayList<>(again);
    all.addAll(waiting);
    return all;
  }

  /**
   * Takes out the longest waiting one and, up to {@code limit} in all, those of its route whose
   * prompts are of similar length, so that padding at most doubles the work.
   */
  synchronized List<Generation> takeGroup(int limit) {
    if (!again.isEmpty()) {
      return List.of(again.remove(0));
    }
    List<Generation> group = new ArrayList<>();
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    Iterator<Generation> each = waiting.iterator();
    while (each.hasNext() && group.size() < limit) {
      Generation next = each.next();
      int newShortest = Math.min(shortest, next.promptIds().length);
      int newLongest = Math.max(longest, next.promptIds().length);
      boolean fits =
          (group.isEmpty() || next.path() == group.get(0).path())
              && newLongest <= Math.max(SHORT_PROMPT, 2 * newShortest);
      if (fits) {
        shortest = newShortest;
        longest = newLongest;
        group.add(next);
        each.remove();
      }
    }
    return group;
  }

  /** Refuses all from now on. */
  synchronized void close() {
    closed = true;
  }
}
