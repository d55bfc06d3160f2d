package io.l2s;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

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

  private final BlockingQueue<Event> events;
  private final GenerationHandle handle;
  private @Nullable Event terminal;

  private GenerationStream(BlockingQueue<Event> events, GenerationHandle handle) {
    this.events = events;
    this.handle = handle;
  }

  static GenerationStream submit(LanguageModel model, GenerationRequest request) {
    // Unbounded, since the decode loop must never wait for a reader; a token makes at most one
    // chunk.
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    GenerationHandle handle =
        model.submit(
            request,
            new GenerationListener() {
              @Override
              public void onChunk(TextChunk chunk) {
                events.add(new Chunk(chunk));
              }

              @Override
              public void onComplete(GenerationResult result) {
                events.add(new Completed(result));
              }

              @Override
              public void onError(L2sException failure) {
                events.add(new Failed(failure));
              }
            });
    return new GenerationStream(events, handle);
  }

  /** The remaining chunks; blocks until the next one is there. */
  @Override
  public Iterator<TextChunk> iterator() {
    return new Iterator<>() {
      private @Nullable TextChunk next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = nextChunk();
        }
        return next != null;
      }

      @Override
      public TextChunk next() {
        TextChunk chunk = next == null ? nextChunk() : next;
        if (chunk == null) {
          throw new NoSuchElementException();
        }
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
    Event event = nextEvent();
    while (!(event instanceof Completed completed)) {
      event = nextEvent();
    }
    return completed.result();
  }

  /** Stops the generation if it still runs; may be called more than once. */
  @Override
  public void close() {
    handle.cancel();
  }

  /** The next chunk; null after the last one. */
  private @Nullable TextChunk nextChunk() {
    return nextEvent() instanceof Chunk chunk ? chunk.chunk() : null;
  }

  private Event nextEvent() {
    Event event = terminal != null ? terminal : take();
    if (!(event instanceof Chunk)) {
      terminal = event;
    }
    if (event instanceof Failed failed) {
      throw failed.failure();
    }
    return event;
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
