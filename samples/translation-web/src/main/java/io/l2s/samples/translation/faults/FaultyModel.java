package io.l2s.samples.translation.faults;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.FinishReason;
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
import io.l2s.Timings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A model with {@link Faults}, inside its circuit breakers. Thread-safe. */
final class FaultyModel extends DelegatingHybridLanguageModel {

  private final Supplier<Faults> faults;

  FaultyModel(HybridLanguageModel delegate, Supplier<Faults> faults) {
    super(delegate);
    this.faults = faults;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Faults now = faults.get();
    Route route = request.route().orElse(Route.HYBRID);
    boolean slm = route == Route.HYBRID || route == Route.EXACT;
    if (route != Route.SLM_ONLY && drawn(now.encoderFaults())) {
      return submit(
          request, new Failing(listener, Component.ENCODER, "the large model cannot read"), now);
    }
    if (slm && drawn(now.slmFaults())) {
      return submit(
          request, new Failing(listener, Component.SLM, "the small model is broken"), now);
    }
    return submit(request, listener, now);
  }

  private GenerationHandle submit(
      GenerationRequest request, GenerationListener listener, Faults now) {
    Route route = request.route().orElse(Route.HYBRID);
    return now.llmDelay() > 0 && route != Route.SLM_ONLY
        ? submitLater(request, listener, Duration.ofMillis(now.llmDelay()))
        : delegate().submit(request, listener);
  }

  private static boolean drawn(int percent) {
    return ThreadLocalRandom.current().nextInt(100) < percent;
  }

  private GenerationHandle submitLater(
      GenerationRequest request, GenerationListener listener, Duration delay) {
    Executor later = CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<GenerationHandle> submitted =
        CompletableFuture.supplyAsync(
            () -> delegate().submit(request, new Delayed(listener, delay)), later);
    submitted.whenComplete(
        (handle, failure) -> {
          if (failure instanceof CompletionException wrapped
              && wrapped.getCause() instanceof L2sException refusal) {
            listener.onError(refusal);
          }
        });
    return () -> submitted.thenAccept(GenerationHandle::cancel);
  }

  /**
   * Turns a finished answer into a failure. An immediate failure would reach the breaker before the
   * answers that began with it, and would open it at any percentage.
   */
  private record Failing(GenerationListener listener, Component component, String what)
      implements GenerationListener {

    private static final Set<FinishReason> ANSWERED =
        EnumSet.of(FinishReason.EOS, FinishReason.LENGTH, FinishReason.STOP);

    @Override
    public void onComplete(GenerationResult result) {
      if (ANSWERED.contains(result.finishReason())) {
        listener.onError(
            new GenerationFailedException(component, what + ", by the fault panel", null));
      } else {
        listener.onComplete(result);
      }
    }

    @Override
    public void onError(L2sException failure) {
      listener.onError(failure);
    }
  }

  /** Counts the delay as time of the LLM's reading, so that its breaker sees it. */
  private record Delayed(GenerationListener listener, Duration delay)
      implements GenerationListener {

    @Override
    public void onChunk(TextChunk chunk) {
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      Timings timings = result.timings();
      listener.onComplete(
          result.withTimings(
              new Timings(
                  timings.queued(),
                  timings.encode().plus(delay),
                  timings.project(),
                  timings.prefill(),
                  timings.decode(),
                  timings.firstToken().plus(delay),
                  timings.total().plus(delay))));
    }

    @Override
    public void onError(L2sException failure) {
      listener.onError(failure);
    }
  }
}
