package io.l2s.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The resources that l2s reads by name, for a GraalVM native image. */
final class L2sRuntimeHints implements RuntimeHintsRegistrar {

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    // Tomcat, where there is one, makes its connector by name.
    hints
        .reflection()
        .registerTypeIfPresent(
            classLoader,
            "io.l2s.autoconfigure.DrainingNioProtocol",
            MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
    hints
        .resources()
        // The models' programs, and the versions of the native libraries.
        .registerPattern("io/l2s/**/*.py")
        .registerPattern("native/lib/pytorch.properties")
        .registerPattern("jnilib/pytorch.properties");
  }
}
