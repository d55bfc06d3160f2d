package io.l2s.serving;

import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.decoding.Search;
import io.l2s.decoding.SearchSettings;
import io.l2s.decoding.StopStrings;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One accepted request on its way to its terminal event.
 *
 * <p>It has one owner at a time: whoever took it out of the queue, a cancelling caller or the
 * native thread. Only the owner finishes it; only the native thread feeds it. {@link #stop} and
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
  private final StringBuilder text = new StringBuilder();
  private final AtomicBoolean ended = new AtomicBoolean();
  private Search search;
  private StopStrings stopStrings;
  private AnswerText answerText;
  // Ids whose text was taken: fewer than decoded where a stop string ends the answer within a call.
  private int taken;
  // Characters of the text that were reached: fewer than it has after starting over.
  private int reached;
  private boolean startsOver;
  private volatile boolean stopped;

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
    begin();
    this.timeoutNanos = timeoutNanos;
    this.stopwatch = stopwatch;
    this.watcher = watcher;
    this.mailbox = new Mailbox(listener, listenerThreads, () -> watcher.listenerFailed(this));
  }

  private void begin() {
    stopStrings = new StopStrings(settings.options().constraints().stop());
    answerText = null;
    taken = 0;
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

  void stop() {
    stopped = true;
  }

  boolean hasEnded() {
    return ended.get();
  }

  /** Whether it was cancelled or its deadline has passed at {@code nanoTime}. */
  boolean isDue(long nanoTime) {
    return stopped || stopwatch.elapsedAt(nanoTime) >= timeoutNanos;
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

  /** Hands out what its search has settled and ends where that ends the answer. */
  void advance() {
    if (hasEnded()) {
      return;
    }
    try {
      int[] settled = search.takeSettled();
      if (settled.length > 0) {
        stopwatch.firstToken();
        if (answerText == null) {
          answerText = path.answers().newAnswer();
        }
        take(settled);
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
    } else if (stopStrings.reached() && search.rows() == 1) {
      finish(FinishReason.STOP);
    } else {
      search.finishReason().ifPresent(this::finish);
    }
  }

  private void take(int[] ids) {
    if (stopStrings.isEmpty()) {
      taken += ids.length;
      send(answerText.append(ids));
      return;
    }
    // One by one, so that the answer ends alike however many ids a call yields.
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < ids.length && !stopStrings.reached(); i++) {
      taken++;
      piece.append(stopStrings.append(answerText.append(ids[i])));
    }
    send(piece.toString());
  }

  /**
   * Begins once more, to decode by itself: the answer so far is repeated and then gone on with. The
   * listener is sent what goes beyond the text that it has.
   */
  void startOver() {
    startsOver = true;
    search = search.restarted();
    begin();
    reached = 0;
  }

  boolean startsOver() {
    return startsOver;
  }

  /** Ends with what was decoded; does nothing if it has ended. */
  void finish(FinishReason reason) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    watcher.ended(this);
    watcher.featuresReleased(this);
    boolean interrupted = reason == FinishReason.CANCELLED || reason == FinishReason.DEADLINE;
    try {
      takeUnsettled(interrupted);
      boolean behind = interrupted && reached < text.length();
      if (answerText != null && !behind) {
        send(stopStrings.append(answerText.finish()));
        send(stopStrings.finish());
      }
    } catch (Throwable e) {
      mailbox.fail(Failures.of(path.component(), e), () -> {});
      return;
    }
    mailbox.complete(result(!interrupted && stopStrings.reached() ? FinishReason.STOP : reason));
  }

  /** A search that settles at its end alone has its best answer so far where it is interrupted. */
  private void takeUnsettled(boolean interrupted) {
    if (!interrupted || answerText != null) {
      return;
    }
    List<Search.Answer> answers = search.answers();
    if (!answers.isEmpty()) {
      answerText = path.answers().newAnswer();
      take(answers.get(0).ids().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private GenerationResult result(FinishReason reason) {
    List<Candidate> candidates = new ArrayList<>();
    for (Search.Answer answer : search.answers()) {
      candidates.add(candidates.isEmpty() ? sent(answer, reason) : unsent(answer, reason));
    }
    return new GenerationResult(
        text.toString(),
        Arrays.stream(promptIds).boxed().toList(),
        candidates.isEmpty() ? List.of() : candidates.get(0).ids(),
        path.route(),
        Optional.empty(),
        reason,
        stopwatch.timings(),
        candidates);
  }

  private Candidate sent(Search.Answer answer, FinishReason reason) {
    Search.Answer kept = stopStrings.reached() ? answer.first(taken) : answer;
    return new Candidate(text.toString(), kept.ids(), reason, kept.score(), kept.logprobs());
  }

  private Candidate unsent(Search.Answer answer, FinishReason reason) {
    AnswerText whole = path.answers().newAnswer();
    StopStrings stops = new StopStrings(settings.options().constraints().stop());
    int[] ids = answer.ids().stream().mapToInt(Integer::intValue).toArray();
    String own = stops.append(whole.append(ids)) + stops.append(whole.finish()) + stops.finish();
    // Text that was held back to the end may have completed a stop string.
    FinishReason end = stops.reached() ? FinishReason.STOP : answer.end().orElse(reason);
    return new Candidate(own, answer.ids(), end, answer.score(), answer.logprobs());
  }

  /** Ends with {@code failure}; does nothing if it has ended. */
  void fail(L2sException failure) {
    if (ended.compareAndSet(false, true)) {
      watcher.ended(this);
      mailbox.fail(failure, () -> watcher.featuresReleased(this));
    }
  }

  private void send(String piece) {
    // What was sent before starting over comes again, since its ids are repeated.
    int known = Math.min(piece.length(), text.length() - reached);
    reached += piece.length();
    if (known < piece.length()) {
      String fresh = piece.substring(known);
      text.append(fresh);
      mailbox.chunk(new TextChunk(fresh));
    }
  }
}
