package io.l2s.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a model that is not, or not completely, configured. */
class ModelConfigurationFailureAnalyzer
    extends AbstractFailureAnalyzer<ModelConfigurationException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ModelConfigurationException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
  }
}
