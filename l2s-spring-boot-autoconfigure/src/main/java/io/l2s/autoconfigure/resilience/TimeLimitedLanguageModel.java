package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.timelimiter.TimeLimiter;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Gives each request the deadline of a time limiter, where the request has no earlier one. Decoding
 * stops at the deadline; the answer so far has the reason {@code DEADLINE}. Thread-safe.
 */
final class TimeLimitedLanguageModel extends DelegatingHybridLanguageModel {

  private final TimeLimiter limiter;

  TimeLimitedLanguageModel(HybridLanguageModel delegate, TimeLimiter limiter) {
    super(delegate);
    this.limiter = limiter;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Duration limit = limiter.getTimeLimiterConfig().getTimeoutDuration();
    boolean earlier = request.timeout().filter(own -> own.compareTo(limit) <= 0).isPresent();
    return super.submit(
        earlier ? request : request.withTimeout(limit), new Reporting(listener, limiter, earlier));
  }

  /**
   * Reports the end of a request to the limiter.
   *
   * @param earlier whether the request had an earlier deadline of its own
   */
  private record Reporting(GenerationListener listener, TimeLimiter limiter, boolean earlier)
      implements GenerationListener {

    @Override
    public void onChunk(TextChunk chunk) {
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      try {
        if (result.finishReason() == FinishReason.DEADLINE && !earlier) {
          limiter.onError(new TimeoutException("the answer was stopped at its deadline"));
        } else {
          limiter.onSuccess();
        }
      } finally {
        listener.onComplete(result);
      }
    }

    @Override
    public void onError(L2sException failure) {
      try {
        limiter.onError(failure);
      } finally {
        listener.onError(failure);
      }
    }
  }
}
