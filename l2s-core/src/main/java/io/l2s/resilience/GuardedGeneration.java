package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request that holds a permission of the breaker. It reports its outcome to the breaker once,
 * and falls back to the LLM where that is possible.
 */
final class GuardedGeneration implements GenerationHandle, GenerationListener {

  private static final Duration SHORTEST = Duration.ofNanos(1);

  private final HybridLanguageModel delegate;
  private final CircuitBreaker breaker;
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final boolean hasFallback;
  private final long submitted;
  private final AtomicReference<GenerationHandle> running = new AtomicReference<>();
  private volatile boolean cancelled;
  // Not volatile: events come one after the other, and each sees the writes of those before.
  private boolean chunkSent;

  GuardedGeneration(
      HybridLanguageModel delegate,
      CircuitBreaker breaker,
      GenerationRequest request,
      GenerationListener listener,
      boolean hasFallback) {
    this.delegate = delegate;
    this.breaker = breaker;
    this.request = request;
    this.listener = listener;
    this.hasFallback = hasFallback;
    this.submitted = breaker.getCurrentTimestamp();
  }

  /**
   * Submits the request. If the delegate refuses it, the permission is returned and the refusal
   * thrown.
   */
  void start() {
    GenerationHandle handle;
    try {
      handle = delegate.submit(request, this);
    } catch (Throwable e) {
      breaker.releasePermission();
      throw e;
    }
    // A fallback may have begun already; then it is the one to cancel.
    running.compareAndSet(null, handle);
    cancelIfAsked();
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancelIfAsked();
  }

  private void cancelIfAsked() {
    GenerationHandle handle = running.get();
    if (cancelled && handle != null) {
      handle.cancel();
    }
  }

  @Override
  public void onChunk(TextChunk chunk) {
    chunkSent = true;
    listener.onChunk(chunk);
  }

  @Override
  public void onComplete(GenerationResult result) {
    try {
      switch (result.finishReason()) {
        case CANCELLED, DEADLINE -> breaker.releasePermission();
        case EOS, LENGTH, STOP -> {
          Duration slm = result.timings().prefill().plus(result.timings().decode());
          breaker.onSuccess(slm.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
    } finally {
      listener.onComplete(result);
    }
  }

  @Override
  public void onError(L2sException failure) {
    boolean slmFailed =
        failure instanceof GenerationFailedException failed && failed.component() == Component.SLM;
    try {
      if (slmFailed) {
        breaker.onError(elapsed().toNanos(), TimeUnit.NANOSECONDS, failure);
      } else {
        breaker.releasePermission();
      }
    } finally {
      if (slmFailed && hasFallback && !chunkSent) {
        fallBack(failure);
      } else {
        listener.onError(failure);
      }
    }
  }

  private void fallBack(L2sException slmFailure) {
    Route requested = request.route().orElse(Route.HYBRID);
    DegradedListener degraded =
        new DegradedListener(
            listener,
            new Degradation(requested, Degradation.Cause.SLM_FAILED, slmFailure.getMessage()),
            slmFailure,
            elapsed());
    GenerationRequest again =
        request
            .timeout()
            .map(timeout -> request.withTimeout(remaining(timeout)))
            .orElse(request)
            .withRoute(Route.LLM_ONLY);
    try {
      running.set(delegate.submit(again, degraded));
    } catch (L2sException refused) {
      degraded.onError(refused);
      return;
    } catch (RuntimeException broken) {
      // The caller waits for a terminal event; a thrown exception would not reach it.
      degraded.onError(
          new GenerationFailedException(
              Component.LLM_DECODER, "the fallback could not be submitted: " + broken, broken));
      return;
    }
    cancelIfAsked();
  }

  private Duration remaining(Duration timeout) {
    Duration rest = timeout.minus(elapsed());
    // A request that is already late still needs a timeout; the delegate ends it at its deadline.
    return rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
  }

  private Duration elapsed() {
    return Duration.of(
        breaker.getCurrentTimestamp() - submitted, breaker.getTimestampUnit().toChronoUnit());
  }
}
