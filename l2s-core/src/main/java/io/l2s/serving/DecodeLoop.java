package io.l2s.serving;

import io.l2s.EngineException;
import io.l2s.ModelClosedException;
import io.l2s.ServingOptions;
import io.l2s.ServingStatistics;
import io.l2s.decoding.TokenSelector;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Serves requests on the native thread, in rounds. A round first admits one group of waiting
 * requests, if one fits in, and then makes one decode call for every running batch. A prompt with
 * more tokens than an admission may have takes two rounds, for the LLM's reading and for the
 * prefill. So a running answer waits for at most one of these, and a waiting one for one call of
 * each batch.
 *
 * <p>A turn is an admission or a decode call. It is one task of the native thread and queues the
 * next turn behind other tasks. {@link #wake} and {@link #statistics} are thread-safe; all else is
 * native thread only.
 */
final class DecodeLoop {

  private final NativeThread nativeThread;
  private final WaitingQueue queue;
  private final RunningBatches batches;
  private final Admission admission;
  private final FeatureCache cache;
  private final TokenSelector selector;
  private final Watchdog watchdog;
  private final ServingOptions options;
  private final ThreadPlan threads;
  private final LongSupplier nanoTime;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  // Written on the native thread only, as are the counts.
  private volatile int decoding;
  private volatile long decodeCalls;
  private volatile long decodedSequences;
  private boolean released;

  DecodeLoop(
      NativeThread nativeThread,
      WaitingQueue queue,
      PromptReader reader,
      FeatureCache cache,
      Watchdog watchdog,
      ServingOptions options,
      ThreadPlan threads,
      ServiceTimes times,
      LongSupplier nanoTime) {
    this.nativeThread = nativeThread;
    this.queue = queue;
    this.batches =
        new RunningBatches(queue, threads, new SlowSteps(nanoTime, threads.remedy()), times);
    this.admission = new Admission(nativeThread, reader, queue, batches, times);
    this.cache = cache;
    this.selector = new TokenSelector(nativeThread::newScope);
    this.watchdog = watchdog;
    this.options = options;
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  /**
   * Schedules a turn, unless one is scheduled.
   *
   * @throws ModelClosedException if the native thread has ended
   */
  void wake() {
    if (!scheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      nativeThread.execute(this::turn);
    } catch (ModelClosedException e) {
      // The next caller must get this exception, too, instead of waiting for a turn.
      scheduled.set(false);
      throw e;
    }
  }

  private void turn() {
    scheduled.set(false);
    if (released) {
      return;
    }
    watchdog.callBegins();
    try {
      queue.takeDue(nanoTime.getAsLong()).forEach(Generation::endIfDue);
      batches.dropEnded();
      cache.trim();
      if (!admitted()) {
        count(batches.decodeNext(selector, options.stepsPerCall()));
      }
    } catch (Throwable e) {
      // Failures of components are handled elsewhere; after any other, callers must not wait for
      // ever.
      EngineException failure = new EngineException("serving failed: " + e, e);
      queue.giveUp().forEach(each -> each.fail(failure));
      admission.forget();
      batches.close();
    } finally {
      decoding = batches.rows();
      watchdog.callReturns();
    }
    continueIfNeeded();
  }

  private void count(int decoded) {
    if (decoded > 0) {
      decodeCalls = decodeCalls + 1;
      decodedSequences = decodedSequences + decoded;
    }
  }

  /** Queue and batches as they were after the last turn. */
  ServingStatistics statistics() {
    return new ServingStatistics(queue.size(), decoding, decodeCalls, decodedSequences);
  }

  /** Admits a group at the beginning of a round; true if this turn was used for it. */
  private boolean admitted() {
    if (!batches.roundIsOver()) {
      return false;
    }
    if (admission.hasRead()) {
      threads.beforeReading();
      admission.admitRead();
      batches.startRound();
      return true;
    }
    List<Generation> group =
        queue.takeGroup(
            options.maxBatchSize() - batches.rows(),
            candidates -> batches.tokensWith(candidates) <= options.maxBatchTokens(),
            options.admissionTokens());
    if (!group.isEmpty()) {
      threads.beforeReading();
      admission.admit(group, !batches.isEmpty() && isLong(group));
    }
    batches.startRound();
    return !group.isEmpty();
  }

  /** Whether {@code group} is one prompt of more tokens than an admission may have. */
  private boolean isLong(List<Generation> group) {
    return group.get(0).promptIds().length > options.admissionTokens();
  }

  private void continueIfNeeded() {
    if (batches.isEmpty() && queue.isEmpty() && !admission.hasRead()) {
      return;
    }
    try {
      wake();
    } catch (ModelClosedException e) {
      release();
    }
  }

  /** Ends all generations and frees everything; later turns do nothing. */
  void release() {
    queue.close().forEach(each -> each.fail(new ModelClosedException()));
    admission.forget();
    batches.close();
    decoding = 0;
    cache.close();
    selector.close();
    released = true;
  }
}
