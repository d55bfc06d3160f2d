package io.l2s.autoconfigure;

import io.l2s.InsufficientMemoryException;
import io.l2s.L2sException;
import io.l2s.LoadException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NativesLoadException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a native library that does not load, a model that is too large for the machine, and one
 * that fails while it warms up.
 */
class ModelFailureAnalyzer extends AbstractFailureAnalyzer<L2sException> {

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, L2sException cause) {
    if (cause instanceof ModelConfigurationException
        || (cause instanceof LoadException
            && !(cause instanceof NativesLoadException)
            && !(cause instanceof InsufficientMemoryException))) {
      return null; // These have analyzers of their own.
    }
    String model = FailedModel.name(rootFailure);
    return new FailureAnalysis(
        "The model cannot start: "
            + cause.messageFor(setting -> PropertyNames.of(model, setting))
            + ".",
        action(model, cause),
        cause);
  }

  private static String action(String model, L2sException cause) {
    if (cause instanceof NativesLoadException) {
      return "Check that the native library on the class path fits this platform and DJL's version,"
          + " and that DJL can write its cache (the environment variable DJL_CACHE_DIR names the"
          + " directory).";
    } else if (cause instanceof InsufficientMemoryException) {
      return "Set "
          + PropertyNames.ofModel(model, "l2s.llm.precision")
          + " and "
          + PropertyNames.ofModel(model, "l2s.slm.precision")
          + " to int8 or bf16, choose smaller models, lower "
          + PropertyNames.ofModel(model, "l2s.batch.max-size")
          + " or "
          + PropertyNames.ofModel(model, "l2s.batch.max-tokens")
          + ", or give the application more memory.";
    } else if (cause instanceof ModelUnresponsiveException) {
      return "Raise "
          + PropertyNames.ofModel(model, "l2s.native-call-limit")
          + " if the machine is slow, or free its processors.";
    }
    return "Correct what the message names, or set "
        + PropertyNames.ofModel(model, "l2s.warm-up")
        + " to false to start without trial answers.";
  }
}
