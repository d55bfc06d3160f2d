package io.l2s.serving;

import io.l2s.L2sException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.WeightsChangedException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses all requests while a native call hangs, and for good once a mapped file of weights has
 * been written to. Thread-safe.
 */
final class Availability {

  private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

  private static final Duration WEIGHTS_CHECK = Duration.ofSeconds(1);

  private final WaitingQueue queue;
  private final Duration nativeCallLimit;
  private final Surroundings surroundings;
  private final Watchdog watchdog;
  private final Runnable stopWeightsCheck;
  // The watchdog's changes and those of the weights come one after the other.
  private final Object changes = new Object();
  private boolean hangs; // guarded by changes
  private boolean weightsChanged; // guarded by changes

  /**
   * Begins to watch.
   *
   * @param nativeCallLimit how long a native call may last
   */
  Availability(WaitingQueue queue, Duration nativeCallLimit, Surroundings surroundings) {
    this.queue = queue;
    this.nativeCallLimit = nativeCallLimit;
    this.surroundings = surroundings;
    this.watchdog =
        new Watchdog(
            nativeCallLimit,
            surroundings.nanoTime(),
            surroundings.timer(),
            this::responsivenessChanged);
    this.stopWeightsCheck =
        surroundings.weights() == Surroundings.WeightsCheck.NONE
            ? () -> {}
            : surroundings.timer().every(WEIGHTS_CHECK, this::checkWeights);
  }

  /** Watches the native calls. */
  Watchdog watchdog() {
    return watchdog;
  }

  /** Stops watching. */
  void stop() {
    watchdog.stop();
    stopWeightsCheck.run();
  }

  private void responsivenessChanged(boolean responsive) {
    synchronized (changes) {
      if (weightsChanged) {
        return; // It refuses all requests whatever its native calls do.
      }
      hangs = !responsive;
      if (responsive) {
        queue.admitAgain();
      } else {
        refuse(() -> new ModelUnresponsiveException(nativeCallLimit));
      }
      publish(responsive);
    }
  }

  private void checkWeights() {
    // A disk may not answer, and the watchdog must not wait for it.
    Optional<String> change = surroundings.weights().change();
    if (change.isEmpty()) {
      return;
    }
    synchronized (changes) {
      if (weightsChanged) {
        return;
      }
      weightsChanged = true;
      WeightsChangedException failure = new WeightsChangedException(change.get());
      LOG.error("The model stops serving: {}", failure.getMessage());
      if (hangs) {
        queue.admitAgain(); // Whoever comes now fails with all others.
      }
      refuse(() -> new WeightsChangedException(change.get()));
      publish(false);
    }
  }

  private void refuse(Supplier<L2sException> refusal) {
    L2sException failure = refusal.get();
    queue.refuse(refusal).forEach(each -> each.fail(failure));
  }

  private void publish(boolean responsive) {
    try {
      surroundings.responsiveness().onChange(responsive);
    } catch (Throwable e) {
      // The listener is the application's; its failure must not end the watch.
      LOG.warn("A responsiveness listener failed", e);
    }
  }
}
