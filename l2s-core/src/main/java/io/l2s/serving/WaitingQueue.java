package io.l2s.serving;

import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The queue in front of the native thread, first come first served. It refuses a generation at once
 * whose deadline would pass before its turn. It also keeps all accepted generations until they end.
 * Thread-safe.
 */
final class WaitingQueue {

  /** Prompts this short share a batch whatever their lengths: padding them costs nothing. */
  private static final int SHORT_PROMPT = 32;

  /** Number of generations searched for a group, so that a long queue costs no time. */
  private static final int LOOK_AHEAD = 256;

  /**
   * A request with less time left has come late, as after another route has failed: it ends with
   * its deadline in the next turn.
   */
  private static final long LATE_NANOS = 1_000_000;

  private final int capacity;
  private final int maxBatchSize;
  private final ServiceTimes times;
  // Removing a cancelled generation takes constant time. Generations compare by identity.
  private final LinkedHashSet<Generation> waiting = new LinkedHashSet<>();
  private final List<Generation> again = new ArrayList<>();
  private final Set<Generation> accepted = new HashSet<>();
  private QueueState state = QueueState.OPEN;
  private Supplier<L2sException> refusal = ModelClosedException::new;

  /**
   * @param capacity of requests that wait
   * @param maxBatchSize rows that decode together
   */
  WaitingQueue(int capacity, int maxBatchSize, ServiceTimes times) {
    this.capacity = capacity;
    this.maxBatchSize = maxBatchSize;
    this.times = times;
  }

  synchronized void requireOpen() {
    if (state != QueueState.OPEN) {
      throw refusal.get();
    }
  }

  synchronized void add(Generation generation) {
    requireOpen();
    if (waiting.size() >= capacity) {
      throw new QueueFullException(capacity);
    }
    requireTurnInTime(generation);
    waiting.add(generation);
    accepted.add(generation);
  }

  private void requireTurnInTime(Generation generation) {
    if (!generation.hasDeadline() || generation.timeoutNanos() < LATE_NANOS) {
      return;
    }
    long wait = waiting.stream().filter(each -> !each.isDue()).mapToLong(this::expectedNanos).sum();
    if (wait > generation.timeoutNanos()) {
      throw QueueFullException.beyondDeadline(
          capacity,
          waiting.size(),
          Duration.ofNanos(wait),
          Duration.ofNanos(generation.timeoutNanos()));
    }
  }

  private long expectedNanos(Generation generation) {
    int shares = generation.path().batched() ? Math.max(1, maxBatchSize / generation.rows()) : 1;
    return times.expected(generation.path().route(), generation.maxNewTokens(), shares);
  }

  /** Puts generations before all others, whatever the capacity. */
  synchronized void addAgain(List<Generation> generations) {
    again.addAll(generations);
  }

  /** Takes a generation out; false if another thread has. */
  synchronized boolean remove(Generation generation) {
    return waiting.remove(generation) || again.remove(generation);
  }

  /** Forgets a generation that has ended. */
  synchronized void forget(Generation generation) {
    accepted.remove(generation);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty() && again.isEmpty();
  }

  /** Number of generations that wait. */
  synchronized int size() {
    return waiting.size() + again.size();
  }

  /** Takes out generations that were cancelled or are late at {@code nanoTime}. */
  synchronized List<Generation> takeDue(long nanoTime) {
    List<Generation> due = new ArrayList<>();
    takeDue(again.iterator(), nanoTime, due);
    takeDue(waiting.iterator(), nanoTime, due);
    return due;
  }

  private static void takeDue(Iterator<Generation> each, long nanoTime, List<Generation> due) {
    while (each.hasNext()) {
      Generation next = each.next();
      if (next.isDue(nanoTime)) {
        each.remove();
        due.add(next);
      }
    }
  }

  /**
   * Takes out the generation that has waited longest and others of its route with prompts of
   * similar length, so that padding at most doubles the work. Takes out none while the first one
   * does not fit, so that others cannot pass it for ever.
   *
   * @param rows most rows of the group
   * @param fits whether there is memory for such a group
   * @param admissionTokens most prompt tokens of the group, padding included; the first generation
   *     may have more
   */
  synchronized List<Generation> takeGroup(
      int rows, Predicate<List<Generation>> fits, int admissionTokens) {
    if (!again.isEmpty()) {
      Generation first = again.get(0);
      return first.rows() <= rows && fits.test(List.of(first))
          ? List.of(again.remove(0))
          : List.of();
    }
    Group group = new Group(rows, fits, admissionTokens);
    Iterator<Generation> each = waiting.iterator();
    for (int seen = 0; seen < LOOK_AHEAD && each.hasNext() && group.rows > 0; seen++) {
      if (group.takes(each.next())) {
        each.remove();
      } else if (group.members.isEmpty()) {
        break;
      }
    }
    return group.members;
  }

  private static final class Group {

    private final List<Generation> members = new ArrayList<>();
    private final Predicate<List<Generation>> fits;
    private final int admissionTokens;
    private int rows;
    private int shortest = Integer.MAX_VALUE;
    private int longest;

    Group(int rows, Predicate<List<Generation>> fits, int admissionTokens) {
      this.rows = rows;
      this.fits = fits;
      this.admissionTokens = admissionTokens;
    }

    boolean takes(Generation next) {
      int length = next.promptIds().length;
      int newShortest = Math.min(shortest, length);
      int newLongest = Math.max(longest, length);
      boolean alike =
          members.isEmpty()
              || next.path() == members.get(0).path()
                  && newLongest <= Math.max(SHORT_PROMPT, 2 * newShortest)
                  && (members.size() + 1L) * newLongest <= admissionTokens;
      if (!alike || next.rows() > rows) {
        return false;
      }
      members.add(next);
      if (!fits.test(members)) {
        members.remove(next);
        return false;
      }
      rows -= next.rows();
      shortest = newShortest;
      longest = newLongest;
      return true;
    }
  }

  /**
   * Refuses newcomers until {@link #admitAgain} and gives up all accepted generations.
   *
   * @param refusal makes the exception that newcomers get
   * @return accepted generations that have not ended
   */
  synchronized List<Generation> refuse(Supplier<L2sException> refusal) {
    if (state != QueueState.CLOSED) {
      state = state.to(QueueState.REFUSING);
      this.refusal = refusal;
    }
    return giveUp();
  }

  /** Takes newcomers again after {@link #refuse}, but not after {@link #close}. */
  synchronized void admitAgain() {
    if (state != QueueState.CLOSED) {
      state = state.to(QueueState.OPEN);
    }
  }

  /** Refuses newcomers for good and gives up all accepted generations. Idempotent. */
  synchronized List<Generation> close() {
    if (state != QueueState.CLOSED) {
      state = state.to(QueueState.CLOSED);
      refusal = ModelClosedException::new;
    }
    return giveUp();
  }

  /** Forgets all accepted generations and returns them. */
  synchronized List<Generation> giveUp() {
    List<Generation> all = List.copyOf(accepted);
    waiting.clear();
    again.clear();
    accepted.clear();
    return all;
  }
}
