package io.l2s.autoconfigure;

import io.l2s.L2sException;
import java.nio.file.Path;

/** Properties and beans that do not make a model together, with the remedy. */
class ModelConfigurationException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final String remedy;

  private ModelConfigurationException(String problem, String remedy) {
    super(problem, null);
    this.remedy = remedy;
  }

  static ModelConfigurationException noModel() {
    return new ModelConfigurationException(
        "No model is configured: neither l2s.bundle nor l2s.llm.location is set.",
        "Set l2s.bundle to the directory of a bundle, or l2s.llm.location to that of a checkpoint"
            + " (with an LlmEncoder bean of your own, to the directory of its tokenizer), or add a"
            + " HybridLanguageModel bean.");
  }

  static ModelConfigurationException pathMissing(String property, String location, Path path) {
    return new ModelConfigurationException(
        property + " is '" + location + "', but " + path + " does not exist.",
        "Correct "
            + property
            + ", or put the model there. Relative paths start at the working"
            + " directory "
            + Path.of("").toAbsolutePath()
            + ".");
  }

  static ModelConfigurationException slmWithoutProjector() {
    return new ModelConfigurationException(
        "An SLM is configured, but no projector.",
        "Set l2s.projector.location, or add a Projector bean, or remove the SLM"
            + " (l2s.slm.location) to answer with only the LLM.");
  }

  static ModelConfigurationException projectorWithoutSlm() {
    return new ModelConfigurationException(
        "A projector is configured, but no SLM.",
        "Set l2s.slm.location, or add an SlmDecoder bean, or remove the projector"
            + " (l2s.projector.location) to answer with only the LLM.");
  }

  static ModelConfigurationException slmWithoutTokenizer() {
    return new ModelConfigurationException(
        "There is a SlmDecoder bean, but l2s.slm.location is not set.",
        "Set l2s.slm.location to the directory that holds the SLM's tokenizer.json.");
  }

  String remedy() {
    return remedy;
  }
}
