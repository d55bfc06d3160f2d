package io.l2s;

/** The model's queue is full; try again later. */
public class QueueFullException extends L2sException {

  private static final long serialVersionUID = 1L;

  public QueueFullException(int capacity) {
    super(
        "the queue is full: "
            + capacity
            + " requests are waiting; retry later or raise l2s.queue.capacity",
        null);
  }
}
