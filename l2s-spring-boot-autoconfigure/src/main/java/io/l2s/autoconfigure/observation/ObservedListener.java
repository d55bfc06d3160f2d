package io.l2s.autoconfigure.observation;

import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Passes events on and stops the request's observation before the last one, so that whoever gets
 * the answer finds it counted.
 *
 * @param caller the observation in which the request was submitted; null: none
 */
record ObservedListener(
    GenerationListener listener,
    Observation observation,
    GenerationObservationContext context,
    @Nullable Observation caller)
    implements GenerationListener {

  @Override
  public void onChunk(TextChunk chunk) {
    inCallersScope(() -> listener.onChunk(chunk));
  }

  @Override
  public void onComplete(GenerationResult result) {
    context.completed(result);
    observation.stop();
    inCallersScope(() -> listener.onComplete(result));
  }

  @Override
  public void onError(L2sException failure) {
    stop(failure);
    inCallersScope(() -> listener.onError(failure));
  }

  /** Stops the observation of a request that has failed. */
  void stop(Throwable failure) {
    context.failed(failure);
    // The message of an invalid request may quote it, and tracers write messages into spans.
    if (GenerationOutcome.of(failure) != GenerationOutcome.INVALID) {
      observation.error(failure);
    }
    observation.stop();
  }

  private void inCallersScope(Runnable event) {
    if (caller == null) {
      event.run();
    } else {
      caller.scoped(event);
    }
  }
}
