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
 * Takes one generation's events to its listener, in order and off the native thread, so that a slow
 * listener holds up nobody but itself. Thread-safe; what is posted after a terminal event is
 * dropped.
 */
final class Mailbox {

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final GenerationListener listener;
  private final Executor threads;
  private final Runnable onListenerFailure;
  // Unbounded on purpose: at most one chunk a token, and the native thread must never wait.
  private final Queue<Runnable> events = new ArrayDeque<>();
  private boolean draining;
  private boolean broken;
  private boolean ended;

  /**
   * @param onListenerFailure called when the listener throws; no further chunk is delivered then
   */
  Mailbox(GenerationListener listener, Executor threads, Runnable onListenerFailure) {
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
   * @param afterwards called when the listener knows of the failure, which it may have answered
   *     with another request
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
      // The listener is the user's; whatever it throws ends its own generation and nothing else.
      LOG.warn("A generation listener failed; its generation ends, all others go on", e);
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
