package io.l2s.resilience;

import io.l2s.Degradation;
import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the events of a fallback and marks its result as degraded.
 *
 * @param slmFailure the failure that led to the fallback, added to the fallback's own failure; null
 *     if the breaker refused the SLM
 * @param before duration of the attempt that failed; zero if there was none
 */
record DegradedListener(
    GenerationListener listener,
    Degradation degradation,
    @Nullable L2sException slmFailure,
    Duration before)
    implements GenerationListener {

  @Override
  public void onChunk(TextChunk chunk) {
    listener.onChunk(chunk);
  }

  @Override
  public void onComplete(GenerationResult result) {
    listener.onComplete(
        result.withDegradation(degradation).withTimings(result.timings().after(before)));
  }

  @Override
  public void onError(L2sException failure) {
    if (slmFailure != null && slmFailure != failure) {
      failure.addSuppressed(slmFailure);
    }
    listener.onError(failure);
  }
}
