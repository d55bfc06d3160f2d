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
            + " set the property that leads to them ("
            + String.join(
                ", ",
                PropertyNames.ofModel(model, "l2s.bundle"),
                PropertyNames.ofModel(model, "l2s.llm.location"),
                PropertyNames.ofModel(model, "l2s.slm.location"))
            + " or "
            + PropertyNames.ofModel(model, "l2s.projector.location")
            + ") to another model; an SLM and its projector go with the LLM that they were trained"
            + " with.",
        cause);
  }
}
