package io.l2s;

/** A model that needs more memory than its device can still give; no weight was read. */
public class InsufficientMemoryException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final long needed;
  private final long available;

  /**
   * @param needed bytes that the model needs
   * @param available bytes that its device can still give
   * @param settings names of the settings that {@code message} mentions
   */
  public InsufficientMemoryException(
      String message, long needed, long available, String... settings) {
    super(message, null, settings);
    this.needed = needed;
    this.available = available;
  }

  /** Bytes that the model needs. */
  public long needed() {
    return needed;
  }

  /** Bytes that its device can still give. */
  public long available() {
    return available;
  }
}
