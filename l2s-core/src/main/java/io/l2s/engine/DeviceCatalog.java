package io.l2s.engine;

/** Which devices the machine has; a stub in tests, the engine's own view in production. */
@FunctionalInterface
public interface DeviceCatalog {

  /** Number of GPUs that the engine can use. */
  int gpuCount();
}
