package io.l2s.serving;

/** Watches a generation that nobody else depends on. */
final class Nobody implements Generation.Watcher {

  @Override
  public void listenerFailed(Generation generation) {}

  @Override
  public void ended(Generation generation) {}

  @Override
  public void featuresReleased(Generation generation) {}
}
