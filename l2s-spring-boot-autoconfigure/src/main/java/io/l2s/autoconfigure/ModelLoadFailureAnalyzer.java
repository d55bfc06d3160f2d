package io.l2s.autoconfigure;

import io.l2s.ModelLoadException;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lists everything that is wrong with a checkpoint or bundle. */
class ModelLoadFailureAnalyzer extends AbstractFailureAnalyzer<ModelLoadException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ModelLoadException cause) {
    String model = FailedModel.name(rootFailure);
    String description =
        cause.problems().stream()
            .map(problem -> "    - " + problem)
            .collect(
                Collectors.joining(
                    System.lineSeparator(),
                    "The model at "
                        + cause.location()
                        + " cannot be loaded:"
                        + System.lineSeparator(),
                    ""));
    return new FailureAnalysis(
        description,
        "Repair or replace the files named above, for example by copying the checkpoint again, or"
            + " set "
            + PropertyNames.ofModel(model, "l2s.bundle")
            + " or "
            + PropertyNames.ofModel(model, "l2s.llm.location")
            + " to another model.",
        cause);
  }
}
