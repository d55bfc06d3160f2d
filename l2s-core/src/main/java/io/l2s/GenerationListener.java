package io.l2s;

/**
 * Receives the events of one generation: any number of chunks, then exactly one terminal event,
 * {@link #onComplete} or {@link #onError}.
 *
 * <p>Events of one generation come one after the other, on the model's own threads, so a listener
 * must return quickly. An exception that it throws cancels its generation and no other.
 */
public interface GenerationListener {

  /** The next piece of text. */
  default void onChunk(TextChunk chunk) {}

  /** The generation ended; the result's text is all chunks joined. */
  void onComplete(GenerationResult result);

  /** The generation failed; chunks already delivered stay valid, none follows. */
  void onError(L2sException failure);
}
