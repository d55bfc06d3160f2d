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

/**
 * Sends prompts to a model so that its batches stay full, and delivers the answers in the prompts'
 * order, each as soon as it and all earlier ones are there. It holds at most {@code window} prompts
 * at a time, and two more at the hand-over, however long the input is.
 */
final class OrderedGeneration {

  private record Pending(Prompt prompt, CompletableFuture<GenerationResult> answer) {}

  private static final Pending END = new Pending(null, null);

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
      for (Pending next = pending.take(); next != END; next = pending.take()) {
        answers.accept(next.prompt(), answerOf(next));
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
        pending.put(new Pending(prompt, submit(prompt)));
      }
      pending.put(END);
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
      pending.put(new Pending(null, CompletableFuture.failedFuture(failure)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static GenerationResult answerOf(Pending pending) throws InterruptedException {
    try {
      return pending.answer().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof L2sException failure && pending.prompt() != null) {
        throw new RequestFailure(pending.prompt().origin(), failure);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
