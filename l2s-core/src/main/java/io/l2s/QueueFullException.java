package io.l2s;

/** The model's queue is full; try again later. */
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

  /** How many requests may wait. */
  public int capacity() {
    return capacity;
  }
}
