package io.l2s.autoconfigure.resilience;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.QueueFullException;
import io.l2s.TextChunk;

/** Refuses requests beyond those that a bulkhead lets in. Thread-safe. */
final class BulkheadLanguageModel extends DelegatingHybridLanguageModel {

  private final Bulkhead bulkhead;

  BulkheadLanguageModel(HybridLanguageModel delegate, Bulkhead bulkhead) {
    super(delegate);
    this.bulkhead = bulkhead;
  }

  /**
   * {@inheritDoc}
   *
   * @throws QueueFullException if the bulkhead is full, after its longest wait
   */
  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    if (!bulkhead.tryAcquirePermission()) {
      throw QueueFullException.ofBulkhead(
          bulkhead.getName(), bulkhead.getBulkheadConfig().getMaxConcurrentCalls());
    }
    try {
      return super.submit(request, new Leaving(listener, bulkhead));
    } catch (Throwable e) {
      bulkhead.releasePermission();
      throw e;
    }
  }

  /** Gives the place back when a request ends. */
  private record Leaving(GenerationListener listener, Bulkhead bulkhead)
      implements GenerationListener {

    @Override
    public void onChunk(TextChunk chunk) {
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      // Before the caller continues, who may submit the next request.
      try {
        bulkhead.onComplete();
      } finally {
        listener.onComplete(result);
      }
    }

    @Override
    public void onError(L2sException failure) {
      try {
        bulkhead.onComplete();
      } finally {
        listener.onError(failure);
      }
    }
  }
}
