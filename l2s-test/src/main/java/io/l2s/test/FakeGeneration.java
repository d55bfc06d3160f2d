package io.l2s.test;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plays one answer. Its events come one after the other; thread-safe. */
final class FakeGeneration implements GenerationHandle {

  private static final Logger LOG = LoggerFactory.getLogger(FakeGeneration.class);

  private final FakeAnswer answer;
  private final Route route;
  private final int maxNewTokens;
  private final GenerationListener listener;
  private final Scheduler scheduler;
  private final Consumer<FakeGeneration> onEnd;
  private final FakeCall call;
  private final List<String> sent = new ArrayList<>();
  private boolean ended;

  /**
   * @param route the route that answers, unless the script says otherwise
   * @param onEnd receives this before the listener's last event
   */
  FakeGeneration(
      GenerationRequest request,
      Route route,
      FakeAnswer answer,
      GenerationListener listener,
      Scheduler scheduler,
      Consumer<FakeGeneration> onEnd) {
    this.answer = answer;
    this.route = route;
    this.maxNewTokens = request.maxNewTokens().orElse(Integer.MAX_VALUE);
    this.listener = listener;
    this.scheduler = scheduler;
    this.onEnd = onEnd;
    this.call = new FakeCall(request, new CompletableFuture<>());
  }

  FakeCall call() {
    return call;
  }

  void start() {
    scheduler.schedule(this::next, answer.delay(0));
    call.request()
        .timeout()
        .ifPresent(timeout -> scheduler.schedule(() -> cut(FinishReason.DEADLINE), timeout));
  }

  @Override
  public void cancel() {
    scheduler.schedule(() -> cut(FinishReason.CANCELLED), Duration.ZERO);
  }

  void fail(L2sException failure) {
    scheduler.schedule(() -> end(failure), Duration.ZERO);
  }

  private synchronized void next() {
    if (ended) {
      return;
    }
    if (answer.hasToken(sent.size())) {
      token(answer.token(sent.size()));
    } else if (answer.failure() != null) {
      end(answer.failure());
    } else if (answer.result(route).ids().size() > maxNewTokens) {
      // The end of sequence is a token, too.
      cut(FinishReason.LENGTH);
    } else {
      end(answer.result(route));
    }
  }

  private void token(String token) {
    sent.add(token);
    if (!deliver(() -> listener.onChunk(new TextChunk(token)))) {
      cut(FinishReason.CANCELLED);
    } else if (sent.size() >= maxNewTokens && answer.hasToken(sent.size())) {
      cut(FinishReason.LENGTH);
    } else {
      // The end belongs to the last token.
      boolean last = !answer.hasToken(sent.size());
      scheduler.schedule(this::next, last ? Duration.ZERO : answer.delay(sent.size()));
    }
  }

  private synchronized void cut(FinishReason reason) {
    end(answer.cut(sent, reason, route));
  }

  private synchronized void end(GenerationResult result) {
    if (!ended) {
      ended = true;
      onEnd.accept(this);
      deliver(() -> listener.onComplete(result));
      call.end().complete(result);
    }
  }

  private synchronized void end(L2sException failure) {
    if (!ended) {
      ended = true;
      onEnd.accept(this);
      deliver(() -> listener.onError(failure));
      call.end().completeExceptionally(failure);
    }
  }

  /** A listener's exception ends its own generation alone. */
  private static boolean deliver(Runnable event) {
    try {
      event.run();
      return true;
    } catch (Throwable e) {
      LOG.warn("A generation listener failed; its generation ends, all others continue", e);
      return false;
    }
  }
}
