package io.l2s.autoconfigure;

import io.l2s.NativesMissingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

/** Names the dependency that brings the native library of this platform. */
class NativesMissingFailureAnalyzer extends AbstractFailureAnalyzer<NativesMissingException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, NativesMissingException cause) {
    Throwable download = cause.getCause();
    String add =
        "Add the runtime dependency "
            + cause.artifact()
            + " (group:artifact:version:classifier), or ";
    return new FailureAnalysis(
        "The native PyTorch library for this platform is not on the class path"
            + (download == null
                ? "."
                : ", and its download failed: "
                    + NestedExceptionUtils.getMostSpecificCause(download)
                    + "."),
        add
            + (download == null
                ? "set l2s.natives.download to true to have it downloaded at start-up."
                : "let this machine reach the host that the message names."),
        cause);
  }
}
