package io.l2s.serving;

/**
 * Finds out in the first decode calls of a kind whether one thread or all do them in less time. The
 * calls take turns; the fastest of each counts. So a trial costs no work of its own. All threads
 * are chosen only where they are clearly faster: in a trial the idle ones still spin from the call
 * before, which makes one thread look slower than it is by itself.
 *
 * <p>Figures beside busy processes count for nothing: then the trial starts over when they are
 * gone. A failed call counts for nothing either. Native thread only.
 */
final class ThreadTrial {

  /** Timed calls with each number of threads; one more goes before, which is not timed. */
  static final int ROUNDS = 3;

  /** How much faster than one thread all of them must be. */
  static final double CLEARLY = 1.5;

  private final int most;
  private int calls;
  private long alone;
  private long together;
  private int chosen;
  private long looksAtChoice;
  private boolean confirmed;

  /**
   * @param most number of all threads
   */
  ThreadTrial(int most) {
    this.most = most;
    startOver();
  }

  private void startOver() {
    calls = 0;
    alone = Long.MAX_VALUE;
    together = Long.MAX_VALUE;
    chosen = 0;
  }

  /**
   * Number of threads for the next call.
   *
   * @param crowded whether other processes keep cores busy
   * @param looks number of looks that {@code crowded} is from, so that a choice is confirmed by a
   *     look that comes after it
   */
  int next(boolean crowded, long looks) {
    if (crowded && !confirmed) {
      startOver();
      return most;
    }
    if (chosen == 0) {
      return threadsOf(calls);
    }
    confirmed |= looks > looksAtChoice;
    return chosen;
  }

  /** The first call warms up, with all threads as the next even ones. */
  private int threadsOf(int call) {
    return call % 2 == 1 ? 1 : most;
  }

  /**
   * Takes the time of a call.
   *
   * @param threads what {@link #next} gave for it
   * @param crowded whether other processes kept cores busy
   * @param looks number of looks up to now
   * @return whether this has decided
   */
  boolean took(int threads, long nanos, boolean crowded, long looks) {
    if (chosen != 0 || crowded) {
      return false;
    }
    if (calls > 0) {
      if (threads == 1) {
        alone = Math.min(alone, nanos);
      } else {
        together = Math.min(together, nanos);
      }
    }
    calls++;
    if (calls <= 2 * ROUNDS) {
      return false;
    }
    chosen = alone <= together * CLEARLY ? 1 : most;
    looksAtChoice = looks;
    return true;
  }

  @Override
  public String toString() {
    return String.format(
        "%d of %d threads: one took %.2f ms a step, all took %.2f ms",
        chosen, most, alone / 1e6, together / 1e6);
  }
}
