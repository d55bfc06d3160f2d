package io.l2s;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** A submitted generation as a future; ending it from outside cancels the generation. */
final class GenerationFuture extends CompletableFuture<GenerationResult>
    implements GenerationListener {

  private GenerationFuture() {}

  static GenerationFuture submit(LanguageModel model, GenerationRequest request) {
    GenerationFuture future = new GenerationFuture();
    GenerationHandle handle = model.submit(request, future);
    // Nobody waits for the generation once the future has ended, be it by orTimeout.
    future.whenComplete((result, failure) -> handle.cancel());
    return future;
  }

  static GenerationResult join(CompletableFuture<GenerationResult> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the generation");
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  static List<GenerationResult> submitAll(LanguageModel model, List<GenerationRequest> requests) {
    List<CompletableFuture<GenerationResult>> futures = new ArrayList<>(requests.size());
    Deque<CompletableFuture<GenerationResult>> running = new ArrayDeque<>();
    List<GenerationResult> results = new ArrayList<>(requests.size());
    try {
      for (GenerationRequest request : requests) {
        futures.add(submitWhenThereIsRoom(model, request, running));
      }
      for (CompletableFuture<GenerationResult> future : futures) {
        results.add(join(future));
      }
      return results;
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  private static CompletableFuture<GenerationResult> submitWhenThereIsRoom(
      LanguageModel model,
      GenerationRequest request,
      Deque<CompletableFuture<GenerationResult>> running) {
    while (true) {
      try {
        CompletableFuture<GenerationResult> future = submit(model, request);
        running.add(future);
        return future;
      } catch (QueueFullException e) {
        if (running.isEmpty()) {
          throw e;
        }
        join(running.remove());
      }
    }
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof L2sException failure) {
      return failure;
    }
    return new CompletionException(e.getCause());
  }

  @Override
  public void onComplete(GenerationResult result) {
    complete(result);
  }

  @Override
  public void onError(L2sException failure) {
    completeExceptionally(failure);
  }
}
