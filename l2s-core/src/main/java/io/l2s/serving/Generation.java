package io.l2s.serving;

import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.decoding.GreedyAnswer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One accepted request on its way to its terminal event.
 *
 * <p>It has one owner at a time: whoever took it out of the queue, a cancelling caller or the
 * native thread. Only the owner ends it; only the native thread feeds it. {@link #stop} is for
 * anybody.
 */
final class Generation {

  private final RoutePath path;
  private final int[] promptIds;
  private final GreedyAnswer answer;
  private final Stopwatch stopwatch;
  private final long timeoutNanos;
  private final Mailbox mailbox;
  private final StringBuilder text = new StringBuilder();
  private final AtomicBoolean ended = new AtomicBoolean();
  private AnswerText answerText;
  private volatile boolean stopped;

  /**
   * @param timeoutNanos from submission to the deadline; {@link Long#MAX_VALUE}: none
   * @param cancel asked for when the listener fails
   */
  Generation(
      RoutePath path,
      int[] promptIds,
      int maxNewTokens,
      long timeoutNanos,
      Stopwatch stopwatch,
      GenerationListener listener,
      Executor listenerThreads,
      Consumer<Generation> cancel) {
    this.path = path;
    this.promptIds = promptIds;
    this.answer = new GreedyAnswer(path.eosIds(), maxNewTokens);
    this.timeoutNanos = timeoutNanos;
    this.stopwatch = stopwatch;
    this.mailbox = new Mailbox(listener, listenerThreads, () -> cancel.accept(this));
  }

  RoutePath path() {
    return path;
  }

  int[] promptIds() {
    return promptIds;
  }

  GreedyAnswer answer() {
    return answer;
  }

  Stopwatch stopwatch() {
    return stopwatch;
  }

  void stop() {
    stopped = true;
  }

  boolean hasEnded() {
    return ended.get();
  }

  /** Whether it was cancelled or its deadline has passed. */
  boolean isDue() {
    return stopped || stopwatch.elapsed() >= timeoutNanos;
  }

  /** Ends it if it was cancelled or its deadline has passed; true if it has ended. */
  boolean endIfDue() {
    if (stopped) {
      finish(FinishReason.CANCELLED);
    } else if (stopwatch.elapsed() >= timeoutNanos) {
      finish(FinishReason.DEADLINE);
    }
    return hasEnded();
  }

  /** Takes what the decoder yielded next and ends where that ends the answer. */
  void accept(int[] next) {
    try {
      int[] taken = answer.append(next);
      if (taken.length > 0) {
        stopwatch.firstToken();
        if (answerText == null) {
          answerText = path.answers().newAnswer();
        }
        send(answerText.append(taken));
      }
    } catch (Throwable e) {
      fail(Failures.of(path.component(), e));
      return;
    }
    if (answer.broken()) {
      fail(
          new GenerationFailedException(
              path.component(),
              Failures.part(path.component())
                  + " produced numbers that are not finite; the checkpoint or its number format is"
                  + " unfit, try precision f32",
              null));
    } else {
      answer.finishReason().ifPresent(this::finish);
    }
  }

  /** Ends with what was decoded; does nothing if it has ended. */
  void finish(FinishReason reason) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      if (answerText != null) {
        send(answerText.finish());
      }
    } catch (Throwable e) {
      mailbox.fail(Failures.of(path.component(), e));
      return;
    }
    mailbox.complete(
        new GenerationResult(
            text.toString(),
            Arrays.stream(promptIds).boxed().toList(),
            answer.ids(),
            path.route(),
            Optional.empty(),
            reason,
            stopwatch.timings()));
  }

  /** Ends with {@code failure}; does nothing if it has ended. */
  void fail(L2sException failure) {
    if (ended.compareAndSet(false, true)) {
      mailbox.fail(failure);
    }
  }

  private void send(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      mailbox.chunk(new TextChunk(piece));
    }
  }
}
