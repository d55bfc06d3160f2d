package io.l2s.serving;

import io.l2s.EngineException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native thread's part of serving: turn by turn it admits a group of waiting requests or makes
 * one decode call for one running batch, the batches taking turns.
 *
 * <p>A turn is one task of the native thread and queues the next one behind what others have queued
 * there, so no long answer holds the thread. {@link #wake} is thread-safe, all else is native
 * thread only.
 */
final class DecodeLoop {

  private static final Logger LOG = LoggerFactory.getLogger(DecodeLoop.class);

  /**
   * Batches cannot be joined once they run, and many small ones decode slower than few large ones.
   * So while this many run, arrivals gather for some rounds before they form the next batch.
   */
  private static final int GATHER_FROM_BATCHES = 4;

  private static final int GATHER_ROUNDS = 4;

  private final NativeThread nativeThread;
  private final WaitingQueue queue;
  private final Admission admission;
  private final FeatureCache cache;
  private final ServingOptions options;
  private final Deque<RunningBatch> batches = new ArrayDeque<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private int decodeCalls;
  private boolean released;

  DecodeLoop(
      NativeThread nativeThread,
      WaitingQueue queue,
      Admission admission,
      FeatureCache cache,
      ServingOptions options) {
    this.nativeThread = nativeThread;
    this.queue = queue;
    this.admission = admission;
    this.cache = cache;
    this.options = options;
  }

  /**
   * Sees to it that a turn will come.
   *
   * @throws ModelClosedException if the native thread has ended
   */
  void wake() {
    if (scheduled.compareAndSet(false, true)) {
      nativeThread.execute(this::turn);
    }
  }

  private void turn() {
    scheduled.set(false);
    if (released) {
      return;
    }
    try {
      endDueWaiting();
      dropEndedRows();
      if (admits()) {
        decodeCalls = 0;
        admission.admit(queue.takeGroup(freeRows())).ifPresent(batches::addFirst);
      } else if (!batches.isEmpty()) {
        decodeCalls++;
        decodeNext();
      }
    } catch (Throwable e) {
      // No component's failure, those are dealt with; but callers must not wait for ever.
      endAll(new EngineException("serving failed: " + e, e));
    }
    continueIfNeeded();
  }

  private void endDueWaiting() {
    for (Generation generation : queue.all()) {
      if (generation.isDue() && queue.remove(generation)) {
        generation.endIfDue();
      }
    }
  }

  private void dropEndedRows() {
    Iterator<RunningBatch> each = batches.iterator();
    while (each.hasNext()) {
      if (!attempt(each.next(), RunningBatch::dropEnded)) {
        each.remove();
      }
    }
  }

  private boolean admits() {
    if (queue.isEmpty() || freeRows() == 0) {
      return false;
    }
    int running = batches.size();
    return running < GATHER_FROM_BATCHES
        ? decodeCalls >= Math.min(running, 1)
        : decodeCalls >= GATHER_ROUNDS * running;
  }

  private int freeRows() {
    return options.maxBatchSize() - batches.stream().mapToInt(RunningBatch::size).sum();
  }

  private void decodeNext() {
    RunningBatch batch = batches.remove();
    boolean goesOn =
        attempt(
            batch,
            next -> {
              next.decode(options.stepsPerCall());
              next.dropEnded();
            });
    if (goesOn) {
      batches.addLast(batch);
    }
  }

  private interface Step {
    void on(RunningBatch batch);
  }

  /** Does {@code step}; a batch that fails by it or has no rows left is freed: false. */
  private boolean attempt(RunningBatch batch, Step step) {
    try {
      step.on(batch);
    } catch (Throwable e) {
      batch.fail(e);
      free(batch);
      return false;
    }
    if (batch.size() == 0) {
      free(batch);
      return false;
    }
    return true;
  }

  private static void free(RunningBatch batch) {
    try {
      batch.close();
    } catch (RuntimeException e) {
      // Its generations have ended and it is out of the rotation: nobody is left to tell.
      LOG.warn("A decoder's state could not be freed", e);
    }
  }

  private void continueIfNeeded() {
    if (batches.isEmpty() && queue.isEmpty()) {
      return;
    }
    try {
      wake();
    } catch (ModelClosedException e) {
      release(e);
    }
  }

  /** Ends all generations with {@code failure} and frees everything; later turns do nothing. */
  void release(L2sException failure) {
    queue.close();
    endAll(failure);
    released = true;
    cache.close();
  }

  private void endAll(L2sException failure) {
    failWaiting(failure);
    batches.forEach(batch -> batch.end(failure));
    batches.forEach(DecodeLoop::free);
    batches.clear();
  }

  /** Ends those that wait; may be called on any thread. */
  void failWaiting(L2sException failure) {
    for (Generation generation : queue.all()) {
      if (queue.remove(generation)) {
        generation.fail(failure);
      }
    }
  }
}
