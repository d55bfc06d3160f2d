package io.l2s.samples.spark;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.PromptTooLongException;
import io.l2s.samples.spark.Answer.Rejected;
import io.l2s.samples.spark.Answer.Translated;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the texts of a task's rows to the model so that its batches stay full, and gives the
 * answers in the rows' order. It holds at most {@code window} rows, however many there are.
 */
final class RowTranslator implements Iterator<TranslatedRow> {

  private sealed interface Pending {}

  private record Asked(SourceRow row, CompletableFuture<GenerationResult> result)
      implements Pending {}

  private record Refused(SourceRow row, Rejected rejected) implements Pending {}

  private final HybridLanguageModel model;
  private final Iterator<SourceRow> rows;
  private final int window;
  private final Deque<Pending> pending = new ArrayDeque<>();

  RowTranslator(HybridLanguageModel model, Iterator<SourceRow> rows, int window) {
    this.model = model;
    this.rows = rows;
    this.window = window;
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty() || rows.hasNext();
  }

  /**
   * {@inheritDoc}
   *
   * @throws L2sException if the model fails; Spark then tries the task again
   */
  @Override
  public TranslatedRow next() {
    while (pending.size() < window && rows.hasNext()) {
      pending.add(submit(rows.next()));
    }
    Pending first = pending.poll();
    if (first instanceof Asked asked) {
      return new TranslatedRow(asked.row(), answerOf(asked.result()));
    } else if (first instanceof Refused refused) {
      return new TranslatedRow(refused.row(), refused.rejected());
    }
    throw new NoSuchElementException();
  }

  /** Stops the decoding of rows that nobody waits for any more. */
  void cancel() {
    for (Pending each : pending) {
      if (each instanceof Asked asked) {
        asked.result().cancel(true);
      }
    }
    pending.clear();
  }

  private Pending submit(SourceRow row) {
    Rejected unfit = row.rejected();
    if (unfit != null) {
      return new Refused(row, unfit);
    }
    String prompt = model.promptFor(Objects.requireNonNull(row.text()));
    try {
      return new Asked(row, model.generateAsync(GenerationRequest.of(prompt)));
    } catch (InvalidRequestException e) {
      return new Refused(row, rejected(e));
    }
  }

  private static Answer answerOf(CompletableFuture<GenerationResult> result) {
    try {
      return new Translated(result.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the task was stopped");
    } catch (ExecutionException e) {
      return rejected(e.getCause());
    }
  }

  private static Rejected rejected(@Nullable Throwable failure) {
    if (failure instanceof PromptTooLongException tooLong) {
      return new Rejected(Reason.TOO_LONG, tooLong.getMessage());
    } else if (failure instanceof InvalidRequestException invalid) {
      return new Rejected(Reason.INVALID, invalid.getMessage());
    } else if (failure instanceof RuntimeException model) {
      throw model;
    }
    throw new IllegalStateException(failure);
  }
}
