package io.l2s.engine;

/** The machine's devices; a stub in tests, the engine's own view in production. */
@FunctionalInterface
public interface DeviceCatalog {

  /** Number of GPUs that the engine can use. */
  int gpuCount();
}
