package io.l2s.autoconfigure;

import io.l2s.serving.ResponsivenessListener;

/**
 * Follows whether one load of a model responds. It reports each change, and leaves nobody waiting
 * for weights that were replaced or closed. Thread-safe.
 */
final class Watch implements ResponsivenessListener {

  private final ResponsivenessListener readiness;
  private boolean unresponsive;
  private boolean gpuLost;
  private boolean ended;
  private volatile boolean down;

  Watch(ResponsivenessListener readiness) {
    this.readiness = readiness;
  }

  boolean isDown() {
    return down;
  }

  @Override
  public synchronized void onChange(boolean responsive) {
    unresponsive = !responsive;
    report();
  }

  /** The load fails all requests from now on. */
  synchronized void loseGpu() {
    gpuLost = true;
    report();
  }

  /** The load was replaced or closed. */
  synchronized void end() {
    ended = true;
    report();
  }

  private void report() {
    boolean now = !ended && (unresponsive || gpuLost);
    if (now != down) {
      down = now;
      readiness.onChange(!now);
    }
  }
}
