package io.l2s.autoconfigure;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidRequestException;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.PromptLookup;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.PartOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.ThreadOptions;
import java.util.Optional;

/** Maps properties to the core's options; a value out of bounds is reported by its property. */
final class ConfiguredOptions {

  private ConfiguredOptions() {}

  static ServingOptions serving(ConfiguredModel model) {
    ModelProperties properties = model.properties();
    try {
      return ServingOptions.builder()
          .queueCapacity(properties.queue().capacity())
          .maxBatchSize(properties.batch().maxSize())
          .maxBatchTokens(properties.batch().maxTokens())
          .admissionTokens(properties.batch().admissionTokens())
          .stepsPerCall(properties.batch().stepsPerCall())
          .maxPromptCharacters(properties.maxPromptCharacters())
          .maxPromptTokens(properties.maxPromptTokens())
          .featureCacheBytes(properties.featureCacheSize().toBytes())
          .nativeCallLimit(properties.nativeCallLimit())
          .defaults(defaults(properties.generation()))
          .build();
    } catch (InvalidSettingException | InvalidRequestException e) {
      throw PropertyNames.invalid(model, e);
    }
  }

  private static GenerationDefaults defaults(ModelProperties.Generation generation) {
    return new GenerationDefaults(
        generation.maxNewTokens(),
        Optional.ofNullable(generation.timeout()),
        new PromptLookup(generation.promptLookupNumTokens(), generation.maxMatchingNgramSize()));
  }

  static ThreadOptions threads(L2sProperties properties) {
    try {
      return ThreadOptions.parse(properties.threads(), properties.threadsWait());
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(e);
    }
  }

  static ComponentOptions llm(ConfiguredModel model) {
    ModelProperties.Llm llm = model.properties().llm();
    return new ComponentOptions(
        device(model, "l2s.llm.device", llm.device()),
        llm.precision(),
        model.properties().copyWeights());
  }

  static ComponentOptions slm(ConfiguredModel model) {
    ModelProperties.Slm slm = model.properties().slm();
    return new ComponentOptions(
        device(model, "l2s.slm.device", slm.device()),
        slm.precision(),
        model.properties().copyWeights());
  }

  static ComponentOptions projector(ConfiguredModel model) {
    return new ComponentOptions(
        device(model, "l2s.projector.device", model.properties().projector().device()),
        Precision.F32);
  }

  /** Where and in which number format the parts of {@code model} run. */
  static PartOptions parts(ConfiguredModel model) {
    return new PartOptions(llm(model), slm(model), projector(model));
  }

  private static DeviceSpec device(ConfiguredModel model, String property, String value) {
    try {
      return DeviceSpec.parse(value);
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(model, property, e);
    }
  }
}
