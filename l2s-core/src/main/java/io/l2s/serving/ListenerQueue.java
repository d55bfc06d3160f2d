package io.l2s.serving;

import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one generation's events to its listener, in order and off the native thread, so that a
 * slow listener delays only itself. It drops events that come after a terminal one. Thread-safe.
 */
final class ListenerQueue {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

  private final GenerationListener listener;
  private final Executor threads;
  private final Runnable onListenerFailure;
  // Unbounded, as the native thread must never wait; there is at most one chunk for each token.
  private final Queue<Runnable> events = new ArrayDeque<>();
  private boolean draining;
  private boolean broken;
  private boolean ended;

  /**
   * @param onListenerFailure called when the listener throws; no further chunk is delivered then
   */
  ListenerQueue(GenerationListener listener, Executor threads, Runnable onListenerFailure) {
    this.listener = listener;
    this.threads = threads;
    this.onListenerFailure = onListenerFailure;
  }

  void chunk(TextChunk chunk) {
    post(new ChunkEvent(chunk), false);
  }

  void complete(GenerationResult result) {
    post(() -> deliver(listener::onComplete, result), true);
  }

  /**
   * @param afterwards called after the listener has received the failure; the listener may have
   *     submitted another request meanwhile
   */
  void fail(L2sException failure, Runnable afterwards) {
    post(
        () -> {
          deliver(listener::onError, failure);
          afterwards.run();
        },
        true);
  }

  private void post(Runnable event, boolean terminal) {
    synchronized (events) {
      if (ended || broken && !terminal) {
        return;
      }
      ended = terminal;
      events.add(event);
      if (draining) {
        return;
      }
      draining = true;
    }
    threads.execute(this::drain);
  }

  private void drain() {
    for (Runnable event = next(); event != null; event = next()) {
      event.run();
    }
  }

  private Runnable next() {
    synchronized (events) {
      Runnable event = events.poll();
      draining = event != null;
      return event;
    }
  }

  private <T> boolean deliver(Consumer<T> callback, T argument) {
    try {
      callback.accept(argument);
      return true;
    } catch (Throwable e) {
      // A listener is user code: anything that it throws ends only its own generation.
      LOG.warn("A generation listener failed; its generation ends, all others continue", e);
      return false;
    }
  }

  private final class ChunkEvent implements Runnable {

    private final TextChunk chunk;

    ChunkEvent(TextChunk chunk) {
      this.chunk = chunk;
    }

    @Override
    public void run() {
      if (!deliver(listener::onChunk, chunk)) {
        synchronized (events) {
          broken = true;
          events.removeIf(ChunkEvent.class::isInstance);
        }
        onListenerFailure.run();
      }
    }
  }
}
