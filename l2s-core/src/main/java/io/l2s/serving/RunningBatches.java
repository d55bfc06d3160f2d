package io.l2s.serving;

import io.l2s.Route;
import io.l2s.decoding.BatchDecoder;
import io.l2s.decoding.LookupDraft;
import io.l2s.decoding.TokenSelector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running batches. Each route has one that newcomers join; a generation that starts over or
 * speculates has one of its own. The batches take turns. Native thread only.
 *
 * <p>A failed decode call does not show which row is to blame. Therefore all its generations start
 * over, each in a batch of its own. The bad one then fails by itself; the others repeat their text,
 * and their listeners get only the part that is new to them. A generation that fails by itself has
 * failed.
 */
final class RunningBatches {

  private static final Logger LOG = LoggerFactory.getLogger(RunningBatches.class);

  private final WaitingQueue queue;
  private final ThreadPlan threads;
  private final SlowSteps slowSteps;
  private final ServiceTimes times;
  private final List<RunningBatch> batches = new ArrayList<>();
  private final Deque<RunningBatch> round = new ArrayDeque<>();

  RunningBatches(WaitingQueue queue, ThreadPlan threads, SlowSteps slowSteps, ServiceTimes times) {
    this.queue = queue;
    this.threads = threads;
    this.slowSteps = slowSteps;
    this.times = times;
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  int rows() {
    return generations().stream().mapToInt(Generation::rows).sum();
  }

  /**
   * Most tokens that the batches can hold after {@code newcomers}, of one route, have joined: every
   * row of a batch has room for its longest prompt and its longest answer.
   */
  long tokensWith(List<Generation> newcomers) {
    Generation first = newcomers.get(0);
    boolean joins = false;
    long tokens = 0;
    for (RunningBatch batch : batches) {
      List<Generation> rows = new ArrayList<>(batch.generations());
      if (!joins && batch.takes(first)) {
        rows.addAll(newcomers);
        joins = true;
      }
      tokens += tokens(rows);
    }
    if (joins) {
      return tokens;
    }
    return first.path().batched()
        ? tokens + tokens(newcomers)
        : tokens + newcomers.stream().mapToLong(each -> tokens(List.of(each))).sum();
  }

  private static long tokens(List<Generation> together) {
    long rows = 0;
    int prompt = 0;
    int answer = 0;
    for (Generation each : together) {
      rows += each.rows();
      prompt = Math.max(prompt, each.promptIds().length);
      answer = Math.max(answer, each.maxNewTokens());
    }
    return rows * (prompt + answer);
  }

  private List<Generation> generations() {
    return batches.stream().flatMap(batch -> batch.generations().stream()).toList();
  }

  /**
   * Lets {@code group}, all of one route, decode from now on.
   *
   * @param decoder the decoder that they were prefilled for; closed if this throws
   */
  void add(BatchDecoder decoder, List<Generation> group) {
    for (RunningBatch batch : batches) {
      if (batch.takes(group.get(0))) {
        batch.append(decoder, group);
        return;
      }
    }
    batches.add(new RunningBatch(decoder, group, times));
  }

  /** Ends cancelled and late generations, and frees the rows of all that have ended. */
  void dropEnded() {
    List.copyOf(batches).forEach(batch -> attempt(batch, RunningBatch::dropEnded));
  }

  /** Whether every batch has had its turn since {@link #startRound}. */
  boolean roundIsOver() {
    return round.isEmpty();
  }

  void startRound() {
    round.clear();
    round.addAll(batches);
  }

  /**
   * Makes one decode call, or verifies a draft in its place, for the batch whose turn it is, if
   * there is one.
   *
   * @return rows of that batch; 0 if there is none
   */
  int decodeNext(TokenSelector selector, int mostSteps) {
    RunningBatch next = round.poll();
    if (next == null) {
      return 0;
    }
    int rows = next.rows();
    attempt(
        next,
        batch -> {
          Optional<LookupDraft> draft = batch.draft();
          if (draft.isPresent()) {
            // A verification is no step, so it takes no turn of a thread trial.
            threads.beforeReading();
            batch.verify(selector, draft.get());
          } else {
            decode(batch, selector, mostSteps);
          }
          batch.dropEnded();
        });
    return rows;
  }

  private void decode(RunningBatch batch, TokenSelector selector, int mostSteps) {
    Route route = batch.path().route();
    int rows = batch.rows();
    int length = batch.length();
    threads.beforeDecoding(route, rows);
    long nanos = batch.decode(selector, mostSteps);
    threads.afterDecoding(route, rows, nanos);
    slowSteps.record(route, rows, length, nanos);
  }

  private interface Step {
    void on(RunningBatch batch);
  }

  /** Does {@code step} and frees the batch if it fails or has no rows left. */
  private void attempt(RunningBatch batch, Step step) {
    try {
      step.on(batch);
    } catch (Throwable e) {
      remove(batch);
      failOrStartOver(batch, e);
      return;
    }
    if (batch.isEmpty()) {
      remove(batch);
    }
  }

  private void failOrStartOver(RunningBatch batch, Throwable cause) {
    List<Generation> going = batch.generations().stream().filter(each -> !each.hasEnded()).toList();
    if (batch.generations().size() == 1) {
      going.forEach(each -> each.fail(Failures.of(batch.path().component(), cause)));
    } else {
      LOG.warn("A decode call failed; its {} generations start over", going.size(), cause);
      going.forEach(Generation::startOver);
      queue.addAgain(going);
    }
  }

  private void remove(RunningBatch batch) {
    batches.remove(batch);
    round.remove(batch);
    try {
      batch.close();
    } catch (RuntimeException e) {
      // The batch takes no more turns and its generations have their outcome, so only the log is
      // left.
      LOG.warn("A decoder's state could not be freed", e);
    }
  }

  /** Frees everything; its generations must have ended. */
  void close() {
    List.copyOf(batches).forEach(this::remove);
  }
}
