package io.l2s.autoconfigure;

import io.l2s.NativesVersionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the version of the native library that is there and the one that DJL needs. */
class NativesVersionFailureAnalyzer extends AbstractFailureAnalyzer<NativesVersionException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, NativesVersionException cause) {
    return new FailureAnalysis(
        "The native PyTorch library on the class path has version "
            + cause.found()
            + ", but DJL needs "
            + cause.wanted()
            + ".",
        "Replace it by the runtime dependency "
            + cause.artifact()
            + " (group:artifact:version:classifier), or set DJL's version to the one that belongs"
            + " to "
            + cause.found()
            + ".",
        cause);
  }
}
