package io.l2s.cli;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sends prompts to a model so that its batches stay full, and delivers the answers in the prompts'
 * order, each as soon as it and all earlier ones are there. It holds at most {@code window} prompts
 * at a time, and two more at the hand-over, however long the input is.
 */
final class OrderedGeneration {

  private sealed interface Pending {}

  private record Asked(Prompt prompt, CompletableFuture<GenerationResult> answer)
      implements Pending {}

  /** The prompts could not be read. */
  private record Failed(Throwable failure) implements Pending {}

  private enum End implements Pending {
    END
  }

  private final LanguageModel model;
  private final UnaryOperator<GenerationRequest> settings;
  private final BlockingQueue<Pending> pending;

  /**
   * @param settings completes each request, which has only its prompt
   */
  OrderedGeneration(LanguageModel model, UnaryOperator<GenerationRequest> settings, int window) {
    this.model = model;
    this.settings = settings;
    this.pending = new ArrayBlockingQueue<>(window);
  }

  /**
   * Answers all prompts; called once. It ends with the first failure, after the answers before it.
   *
   * @throws RequestFailure naming the prompt at fault
   */
  void run(Iterator<Prompt> prompts, BiConsumer<Prompt, GenerationResult> answers) {
    // A thread of its own reads, since standard input may block while answers are ready. It is a
    // daemon, since a blocked read of standard input cannot be interrupted.
    Thread reader = new Thread(() -> submitAll(prompts), "l2s-prompts");
    reader.setDaemon(true);
    reader.start();
    try {
      for (Pending next = pending.take(); next != End.END; next = pending.take()) {
        if (next instanceof Failed failed) {
          throw unchecked(failed.failure());
        } else if (next instanceof Asked asked) {
          answers.accept(asked.prompt(), answerOf(asked));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    } finally {
      reader.interrupt();
    }
  }

  private void submitAll(Iterator<Prompt> prompts) {
    try {
      while (prompts.hasNext()) {
        Prompt prompt = prompts.next();
        pending.put(new Asked(prompt, submit(prompt)));
      }
      pending.put(End.END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // The consumer waits for an end, whatever went wrong.
      failed(e);
    }
  }

  private CompletableFuture<GenerationResult> submit(Prompt prompt) {
    try {
      return model.generateAsync(settings.apply(prompt.request()));
    } catch (L2sException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void failed(Throwable failure) {
    try {
      pending.put(new Failed(failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static GenerationResult answerOf(Asked asked) throws InterruptedException {
    try {
      return asked.answer().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof L2sException failure) {
        throw new RequestFailure(asked.prompt().origin(), failure);
      }
      throw unchecked(e.getCause());
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }
}
