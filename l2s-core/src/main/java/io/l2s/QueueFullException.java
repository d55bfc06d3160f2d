package io.l2s;

/** The model's queue or the bulkhead before it is full; try again later. */
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

  /** How many requests may wait, or be in progress where a bulkhead refused. */
  public int capacity() {
    return capacity;
  }
}
