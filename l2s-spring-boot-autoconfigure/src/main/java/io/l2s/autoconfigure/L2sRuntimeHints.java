package io.l2s.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The resources that l2s reads by name, for a GraalVM native image. */
final class L2sRuntimeHints implements RuntimeHintsRegistrar {

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    hints
        .resources()
        // The models' programs, and the versions of the native libraries.
        .registerPattern("io/l2s/**/*.py")
        .registerPattern("native/lib/pytorch.properties")
        .registerPattern("jnilib/pytorch.properties");
  }
}
