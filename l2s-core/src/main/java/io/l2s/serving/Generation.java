package io.l2s.serving;

import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.decoding.Search;
import io.l2s.decoding.SearchSettings;
import io.l2s.engine.FiniteNumbers;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One accepted request on its way to its terminal event.
 *
 * <p>The queue hands it to one owner, the native thread or a cancelling caller. Only the owner
 * calls {@link #finish}; only the native thread feeds it. {@link #cancel}, {@link #fail} and {@link
 * #hasEnded} are thread-safe.
 */
final class Generation {

  /** Gets the events of a generation, on any thread. */
  interface Watcher {

    /** The listener failed, so nobody reads the rest of the answer. */
    void listenerFailed(Generation generation);

    /** It has ended; the terminal event is on its way. */
    void ended(Generation generation);

    /**
     * The features of its prompt are no longer needed: it finished, or its listener has received
     * the failure and may already have submitted another request for the prompt.
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
  private final ListenerQueue events;
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
      boolean chunkPerToken,
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
    this.events = new ListenerQueue(listener, listenerThreads, () -> watcher.listenerFailed(this));
    List<String> stops = settings.options().constraints().stop();
    this.answer = new AnswerStream(path.answers(), stops, chunkPerToken, events::chunk);
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

  boolean hasDeadline() {
    return timeoutNanos < Long.MAX_VALUE;
  }

  /** From submission to the deadline; {@link Long#MAX_VALUE}: none. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /** Number of rows that it has in a running batch. */
  int rows() {
    return search.rows();
  }

  int maxNewTokens() {
    return settings.maxNewTokens();
  }

  /** Tokens of its prompt and of its answer so far. */
  int length() {
    return promptIds.length + answerTokens();
  }

  int answerTokens() {
    return maxNewTokens() - search.remaining();
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
    return state().isEnd();
  }

  /** Whether it may join a running batch; false once it has started over or ended. */
  boolean joinsOthers() {
    return state().isShared();
  }

  private GenerationState state() {
    return Objects.requireNonNull(state.get());
  }

  /** Leaves the queue: the native thread reads and prefills it from now on. */
  void beginPrefill() {
    stopwatch.take();
    changeTo(joinsOthers() ? GenerationState.PREFILLING : GenerationState.PREFILLING_ALONE);
  }

  /** Waits once more, after the group that it was to be prefilled with has failed. */
  void waitAgain() {
    changeTo(GenerationState.WAITING);
  }

  /** Belongs to a running batch from now on. */
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
    GenerationState now = state();
    while (!now.isEnd()) {
      if (state.compareAndSet(now, now.to(next))) {
        return true;
      }
      now = state();
    }
    return false;
  }

  /** Whether it was cancelled or its deadline has passed. */
  boolean isDue() {
    return cancelled || stopwatch.elapsed() >= timeoutNanos;
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

  /** Sends the text of ids that its search has settled, and ends if the answer has ended. */
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
              FiniteNumbers.problem(
                  Failures.part(path.component()) + " produced numbers that are not finite"),
              null));
    } else if (answer.isStopped() && search.rows() == 1) {
      finish(FinishReason.STOP);
    } else {
      search.finishReason().ifPresent(this::finish);
    }
  }

  /**
   * Starts over in a batch of its own: the search repeats the answer so far and continues from
   * there. The listener gets only text that it has not got before.
   */
  void startOver() {
    if (!changeTo(GenerationState.WAITING_ALONE)) {
      return;
    }
    search = search.restarted();
    answer.startOver();
  }

  /** Ends with the answer so far; does nothing if it has ended. */
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
      events.fail(Failures.of(path.component(), e), () -> {});
      return;
    }
    events.complete(result(!interrupted && answer.isStopped() ? FinishReason.STOP : reason));
  }

  /** Takes the best answer so far of a search that settles only at its end. */
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
      events.fail(failure, () -> watcher.featuresReleased(this));
    }
  }
}
