package io.l2s.autoconfigure.web;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.Timings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A model that does what a test tells it to. */
final class ScriptedModel implements HybridLanguageModel {

  volatile BiConsumer<GenerationRequest, GenerationListener> script;
  volatile CountDownLatch cancelled = new CountDownLatch(1);

  static GenerationResult result(String text, FinishReason reason) {
    Timings none =
        new Timings(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
    return new GenerationResult(
        text, List.of(1), List.of(2), Route.HYBRID, Optional.empty(), reason, none);
  }

  void answer(String... chunks) {
    script =
        (request, listener) -> {
          for (String chunk : chunks) {
            listener.onChunk(new TextChunk(chunk));
          }
          listener.onComplete(result(String.join("", chunks), FinishReason.EOS));
        };
  }

  void fail(RuntimeException failure) {
    script =
        (request, listener) -> {
          throw failure;
        };
  }

  /** Sends a chunk a millisecond until it is cancelled. */
  void answerForEver() {
    cancelled = new CountDownLatch(1);
    script = (request, listener) -> new Thread(() -> chunksUntilCancelled(listener)).start();
  }

  private void chunksUntilCancelled(GenerationListener listener) {
    try {
      while (!cancelled.await(1, TimeUnit.MILLISECONDS)) {
        listener.onChunk(new TextChunk("x".repeat(8192)));
      }
      listener.onComplete(result("x", FinishReason.CANCELLED));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Set<Route> routes() {
    return Set.of(Route.HYBRID);
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    script.accept(request, listener);
    return () -> cancelled.countDown();
  }

  @Override
  public void close() {}
}
