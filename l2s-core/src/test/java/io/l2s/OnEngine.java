package io.l2s;

import io.l2s.engine.NativeRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A class of tests on the native engine, which is started before the first and closed at the end.
 */
public abstract class OnEngine {

  protected static NativeRuntime runtime;

  @BeforeAll
  static void startEngine() {
    runtime = NativeRuntime.start(false);
  }

  @AfterAll
  static void stopEngine() {
    runtime.close();
  }
}
