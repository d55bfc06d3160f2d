package io.l2s;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A streamed answer, read once by one thread; closing it cancels what still runs.
 *
 * <p>Iteration ends after the last chunk. If the generation fails, iteration throws its {@link
 * L2sException} after the chunks that came before.
 */
public final class GenerationStream implements Iterable<TextChunk>, AutoCloseable {

  private sealed interface Event {}

  private record Chunk(TextChunk chunk) implements Event {}

  private record Completed(GenerationResult result) implements Event {}

  private record Failed(L2sException failure) implements Event {}

  // Unbounded, since the decode loop must never wait for a reader; a token makes at most one chunk.
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private GenerationHandle handle;
  private Event terminal;

  private GenerationStream() {}

  static GenerationStream submit(LanguageModel model, GenerationRequest request) {
    GenerationStream stream = new GenerationStream();
    stream.handle =
        model.submit(
            request,
            new GenerationListener() {
              @Override
              public void onChunk(TextChunk chunk) {
                stream.events.add(new Chunk(chunk));
              }

              @Override
              public void onComplete(GenerationResult result) {
                stream.events.add(new Completed(result));
              }

              @Override
              public void onError(L2sException failure) {
                stream.events.add(new Failed(failure));
              }
            });
    return stream;
  }

  /** The remaining chunks; blocks until the next one is there. */
  @Override
  public Iterator<TextChunk> iterator() {
    return new Iterator<>() {
      private TextChunk next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = nextChunk();
        }
        return next != null;
      }

      @Override
      public TextChunk next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        TextChunk chunk = next;
        next = null;
        return chunk;
      }
    };
  }

  /**
   * Waits for the end, dropping chunks not yet read, and returns the whole result.
   *
   * @throws L2sException if the generation failed
   */
  public GenerationResult result() {
    while (nextChunk() != null) {}
    return ((Completed) terminal).result();
  }

  /** Stops the generation if it still runs; may be called more than once. */
  @Override
  public void close() {
    handle.cancel();
  }

  private TextChunk nextChunk() {
    Event event = terminal != null ? terminal : take();
    if (event instanceof Chunk chunk) {
      return chunk.chunk();
    }
    terminal = event;
    if (event instanceof Failed failed) {
      throw failed.failure();
    }
    return null;
  }

  private Event take() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      handle.cancel();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the next chunk");
    }
  }
}
