package io.l2s.serving;

import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.decoding.Search;
import io.l2s.decoding.SearchSettings;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One accepted request on its way to its terminal event.
 *
 * <p>It has one owner at a time: whoever took it out of the queue, a cancelling caller or the
 * native thread. Only the owner finishes it; only the native thread feeds it. {@link #cancel} and
 * {@link #fail} are for anybody.
 */
final class Generation {

  /** Who needs to know how a generation fares; called on any thread. */
  interface Watcher {

    /** The listener failed, so nobody wants the rest. */
    void listenerFailed(Generation generation);

    /** It has ended; the terminal event is on its way. */
    void ended(Generation generation);

    /**
     * Its prompt's features are needed no more: it finished, or the listener knows of its failure
     * and has, if it wanted to, submitted another request for the prompt.
     */
    void featuresReleased(Generation generation);
  }

  private final RoutePath path;
  private final int[] promptIds;
  private final PromptKey key;
  private final SearchSettings settings;
  private final Stopwatch stopwatch;
  private final long timeoutNanos;
  private final Watcher watcher;
  private final Mailbox mailbox;
  private final AnswerStream answer;
  private final AtomicReference<GenerationState> state =
      new AtomicReference<>(GenerationState.WAITING);
  private Search search;
  private volatile boolean cancelled;

  /**
   * @param timeoutNanos from submission to the deadline; {@link Long#MAX_VALUE}: none
   */
  Generation(
      RoutePath path,
      int[] promptIds,
      SearchSettings settings,
      long timeoutNanos,
      Stopwatch stopwatch,
      GenerationListener listener,
      Executor listenerThreads,
      Watcher watcher) {
    this.path = path;
    this.promptIds = promptIds;
    this.key = new PromptKey(promptIds);
    this.settings = settings;
    this.search = settings.start();
    this.timeoutNanos = timeoutNanos;
    this.stopwatch = stopwatch;
    this.watcher = watcher;
    this.mailbox = new Mailbox(listener, listenerThreads, () -> watcher.listenerFailed(this));
    List<String> stops = settings.options().constraints().stop();
    this.answer = new AnswerStream(path.answers(), stops, mailbox::chunk);
  }

  static TokenBatch prompts(List<Generation> group) {
    return new TokenBatch(group.stream().map(Generation::promptIds).toList());
  }

  RoutePath path() {
    return path;
  }

  int[] promptIds() {
    return promptIds;
  }

  PromptKey key() {
    return key;
  }

  /** Rows of the running batch that it owns. */
  int rows() {
    return search.rows();
  }

  int maxNewTokens() {
    return settings.maxNewTokens();
  }

  Search search() {
    return search;
  }

  Stopwatch stopwatch() {
    return stopwatch;
  }

  /** Asks its owner to end it; thread-safe. */
  void cancel() {
    cancelled = true;
  }

  boolean hasEnded() {
    return state.get().isEnd();
  }

  /** Whether it may join a running batch; false once it has started over or ended. */
  boolean joinsOthers() {
    return state.get().isShared();
  }

  /** The native thread reads and prefills it from now on. */
  void beginPrefill() {
    stopwatch.take();
    changeTo(joinsOthers() ? GenerationState.PREFILLING : GenerationState.PREFILLING_ALONE);
  }

  /** It waits once more, after a failure of the group that it was to be prefilled with. */
  void waitAgain() {
    changeTo(GenerationState.WAITING);
  }

  /** A running batch has its rows from now on. */
  void beginDecoding() {
    changeTo(joinsOthers() ? GenerationState.DECODING : GenerationState.DECODING_ALONE);
  }

  /**
   * Changes to {@code next}, unless it has ended: any thread may end it at any time.
   *
   * @return whether it has changed
   * @throws IllegalStateException if the table has no such change
   */
  private boolean changeTo(GenerationState next) {
    GenerationState now = state.get();
    while (!now.isEnd()) {
      if (state.compareAndSet(now, now.to(next))) {
        return true;
      }
      now = state.get();
    }
    return false;
  }

  /** Whether it was cancelled or its deadline has passed at {@code nanoTime}. */
  boolean isDue(long nanoTime) {
    return cancelled || stopwatch.elapsedAt(nanoTime) >= timeoutNanos;
  }

  /** Ends it if it was cancelled or its deadline has passed; true if it has ended. */
  boolean endIfDue() {
    if (cancelled) {
      finish(FinishReason.CANCELLED);
    } else if (stopwatch.elapsed() >= timeoutNanos) {
      finish(FinishReason.DEADLINE);
    }
    return hasEnded();
  }

  /** Hands out what its search has settled and ends where that ends the answer. */
  void advance() {
    if (hasEnded()) {
      return;
    }
    try {
      int[] settled = search.takeSettled();
      if (settled.length > 0) {
        stopwatch.firstToken();
        answer.take(settled);
      }
    } catch (Throwable e) {
      fail(Failures.of(path.component(), e));
      return;
    }
    if (search.hasNonFiniteLogits()) {
      fail(
          new GenerationFailedException(
              path.component(),
              Failures.part(path.component())
                  + " produced numbers that are not finite; the checkpoint or its number format is"
                  + " unfit, try precision f32",
              null));
    } else if (answer.isStopped() && search.rows() == 1) {
      finish(FinishReason.STOP);
    } else {
      search.finishReason().ifPresent(this::finish);
    }
  }

  /**
   * Begins once more, to decode by itself: the answer so far is repeated and then gone on with. The
   * listener is sent what goes beyond the text that it has.
   */
  void startOver() {
    if (!changeTo(GenerationState.WAITING_ALONE)) {
      return;
    }
    search = search.restarted();
    answer.startOver();
  }

  /** Ends with what was decoded; does nothing if it has ended. */
  void finish(FinishReason reason) {
    if (!changeTo(GenerationState.FINISHED)) {
      return;
    }
    watcher.ended(this);
    watcher.featuresReleased(this);
    boolean interrupted = reason == FinishReason.CANCELLED || reason == FinishReason.DEADLINE;
    try {
      if (interrupted) {
        takeUnsettled();
      }
      if (!interrupted || !answer.isBehind()) {
        answer.finish();
      }
    } catch (Throwable e) {
      mailbox.fail(Failures.of(path.component(), e), () -> {});
      return;
    }
    mailbox.complete(result(!interrupted && answer.isStopped() ? FinishReason.STOP : reason));
  }

  /** A search that settles at its end alone has its best answer so far where it is interrupted. */
  private void takeUnsettled() {
    if (answer.hasBegun()) {
      return;
    }
    List<Search.Answer> answers = search.answers();
    if (!answers.isEmpty()) {
      answer.take(answers.get(0).ids().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private GenerationResult result(FinishReason reason) {
    List<Candidate> candidates = new ArrayList<>();
    for (Search.Answer each : search.answers()) {
      candidates.add(
          candidates.isEmpty() ? answer.sent(each, reason) : answer.unsent(each, reason));
    }
    return new GenerationResult(
        answer.text(),
        Arrays.stream(promptIds).boxed().toList(),
        candidates.isEmpty() ? List.of() : candidates.get(0).ids(),
        path.route(),
        Optional.empty(),
        reason,
        stopwatch.timings(),
        candidates);
  }

  /** Ends with {@code failure}; does nothing if it has ended. */
  void fail(L2sException failure) {
    if (changeTo(GenerationState.FAILED)) {
      watcher.ended(this);
      mailbox.fail(failure, () -> watcher.featuresReleased(this));
    }
  }
}
