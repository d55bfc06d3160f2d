package io.l2s;

/** Cancels a submitted generation. */
@FunctionalInterface
public interface GenerationHandle {

  /**
   * Asks the generation to stop: it ends with {@link FinishReason#CANCELLED} within one native
   * call. Does nothing once it has ended; may be called from any thread and more than once.
   */
  void cancel();
}
