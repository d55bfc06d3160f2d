package io.l2s.autoconfigure;

import io.l2s.L2sException;
import java.nio.file.Path;
import java.util.List;

/** Properties and beans that do not make a model together, with the remedy. */
class ModelConfigurationException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final String remedy;

  private ModelConfigurationException(String problem, String remedy) {
    super(problem, null);
    this.remedy = remedy;
  }

  static ModelConfigurationException noModel(ConfiguredModel model) {
    String bundle = model.property("l2s.bundle");
    String llm = model.property("l2s.llm.location");
    return new ModelConfigurationException(
        "No model is configured: neither " + bundle + " nor " + llm + " is set.",
        "Set "
            + bundle
            + " to the directory of a bundle, or "
            + llm
            + " to that of a checkpoint (with an LlmEncoder bean of your own, to the directory of"
            + " its tokenizer), or add a HybridLanguageModel bean.");
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

  static ModelConfigurationException checkpointAsBundle(ConfiguredModel model, Path directory) {
    String bundle = model.property("l2s.bundle");
    return new ModelConfigurationException(
        bundle
            + " is "
            + directory
            + ", which is a checkpoint (config.json) and no bundle (l2s.json).",
        "Set "
            + model.property("l2s.llm.location")
            + " to it to answer with this model alone, or "
            + bundle
            + " to the directory of a bundle.");
  }

  static ModelConfigurationException slmWithoutProjector(String model) {
    return new ModelConfigurationException(
        "An SLM is configured, but no projector.",
        "Set "
            + PropertyNames.ofModel(model, "l2s.projector.location")
            + ", or add a Projector bean, or remove the SLM ("
            + PropertyNames.ofModel(model, "l2s.slm.location")
            + ") to answer with only the LLM.");
  }

  static ModelConfigurationException projectorWithoutSlm(String model) {
    return new ModelConfigurationException(
        "A projector is configured, but no SLM.",
        "Set "
            + PropertyNames.ofModel(model, "l2s.slm.location")
            + ", or add an SlmDecoder bean, or remove the projector ("
            + PropertyNames.ofModel(model, "l2s.projector.location")
            + ") to answer with only the LLM.");
  }

  static ModelConfigurationException slmWithoutTokenizer(String model) {
    String location = PropertyNames.ofModel(model, "l2s.slm.location");
    return new ModelConfigurationException(
        "There is a SlmDecoder bean, but " + location + " is not set.",
        "Set " + location + " to the directory that holds the SLM's tokenizer.json.");
  }

  /**
   * @param fault what leads where
   */
  static ModelConfigurationException outsideRoots(String fault, String property, List<Path> roots) {
    return new ModelConfigurationException(
        fault + ", outside the allowed directories " + roots + ".",
        "Put the model below one of them, or add its directory to " + property + ".");
  }

  static ModelConfigurationException digestsWithoutBundle(String model) {
    return new ModelConfigurationException(
        "l2s.require-digests is set, but the parts of model "
            + model
            + " have locations of their own, which have no digests.",
        "Set "
            + PropertyNames.ofModel(model, "l2s.bundle")
            + " to a bundle whose l2s.json has sha256 entries for all files, or leave out"
            + " l2s.require-digests.");
  }

  static ModelConfigurationException digestsMissing(Path bundle, List<Path> files) {
    return new ModelConfigurationException(
        "l2s.require-digests is set, but " + bundle + " has no sha256 entry for " + files + ".",
        "Add their digests to sha256 (l2s quantize and l2s train write them), or leave out"
            + " l2s.require-digests.");
  }

  String remedy() {
    return remedy;
  }
}
