package io.l2s.autoconfigure;

import io.l2s.NativesMissingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the dependency that brings the native library of this platform. */
class NativesMissingFailureAnalyzer extends AbstractFailureAnalyzer<NativesMissingException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, NativesMissingException cause) {
    return new FailureAnalysis(
        "The native PyTorch library for this platform is not on the class path.",
        "Add the runtime dependency "
            + cause.artifact()
            + " (group:artifact:version:classifier), or set l2s.natives.download to true to have it"
            + " downloaded at start-up.",
        cause);
  }
}
