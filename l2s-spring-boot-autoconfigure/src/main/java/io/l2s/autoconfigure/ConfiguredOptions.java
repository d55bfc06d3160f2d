package io.l2s.autoconfigure;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.ThreadOptions;
import java.util.Optional;

/** Maps properties to the core's options; a value out of bounds is reported by its property. */
final class ConfiguredOptions {

  private ConfiguredOptions() {}

  static ServingOptions serving(L2sProperties properties) {
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
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(e);
    }
  }

  private static GenerationDefaults defaults(L2sProperties.Generation generation) {
    return new GenerationDefaults(
        generation.maxNewTokens(), Optional.ofNullable(generation.timeout()));
  }

  static ThreadOptions threads(L2sProperties properties) {
    try {
      return ThreadOptions.parse(properties.threads(), properties.threadsWait());
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(e);
    }
  }

  static ComponentOptions llm(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.llm.device", properties.llm().device()),
        properties.llm().precision(),
        properties.copyWeights());
  }

  static ComponentOptions slm(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.slm.device", properties.slm().device()),
        properties.slm().precision(),
        properties.copyWeights());
  }

  static ComponentOptions projector(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.projector.device", properties.projector().device()), Precision.F32);
  }

  private static DeviceSpec device(String property, String value) {
    try {
      return DeviceSpec.parse(value);
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(property, e);
    }
  }
}
