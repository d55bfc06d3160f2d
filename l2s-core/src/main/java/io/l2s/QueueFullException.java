package io.l2s;

import java.time.Duration;
import java.util.Locale;

/**
 * The model's queue or the bulkhead before it is full, or the queue is too long for the request's
 * deadline; try again later.
 */
public class QueueFullException extends L2sException {

  private static final long serialVersionUID = 1L;

  private static final String SETTING = "queueCapacity";

  private final int capacity;

  /**
   * @param capacity how many requests may wait
   */
  public QueueFullException(int capacity) {
    super(
        "the queue is full: " + capacity + " requests are waiting; retry later or raise " + SETTING,
        null,
        SETTING);
    this.capacity = capacity;
  }

  private QueueFullException(String message, int capacity) {
    super(message, null);
    this.capacity = capacity;
  }

  /**
   * A refusal by a bulkhead before the queue.
   *
   * @param capacity how many requests it lets in
   */
  public static QueueFullException ofBulkhead(String name, int capacity) {
    return new QueueFullException(
        "the bulkhead "
            + name
            + " is full: "
            + capacity
            + " requests are in progress; retry later or let more of them in",
        capacity);
  }

  /**
   * A refusal of a request whose deadline would pass while it waits.
   *
   * @param capacity how many requests may wait
   * @param waiting how many wait before it
   * @param wait how long they will take, expected from the latest requests
   * @param timeout how long it may take
   */
  public static QueueFullException beyondDeadline(
      int capacity, int waiting, Duration wait, Duration timeout) {
    return new QueueFullException(
        "the queue is too long for this request: the %d before it will take about %s s, and its timeout is %s s; retry later or allow more time"
            .formatted(waiting, seconds(wait), seconds(timeout)),
        capacity);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
  }

  /** How many requests may wait, or be in progress where a bulkhead refused. */
  public int capacity() {
    return capacity;
  }
}
