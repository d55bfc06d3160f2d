package io.l2s.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** Things that are closed together, last added first. One thread. */
public final class OwnedParts implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Takes {@code part} over and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Closes every part, also those after one that fails; later calls close what was added since.
   *
   * @throws RuntimeException the first failure, with the later ones suppressed in it
   */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        RuntimeException failure = unchecked(e);
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static RuntimeException unchecked(Exception e) {
    return e instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("closing failed: " + e.getMessage(), e);
  }
}
