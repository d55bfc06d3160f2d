package io.l2s.autoconfigure;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidRequestException;
import io.l2s.assembly.ComponentOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.Precision;
import io.l2s.engine.ThreadOptions;
import io.l2s.serving.ServingOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Maps properties to the core's options; a value out of bounds is reported by its property. */
final class ConfiguredOptions {

  private static final Map<String, String> PROPERTY_OF_FIELD =
      Map.ofEntries(
          Map.entry("queueCapacity", "l2s.queue.capacity"),
          Map.entry("maxBatchSize", "l2s.batch.max-size"),
          Map.entry("maxBatchTokens", "l2s.batch.max-tokens"),
          Map.entry("admissionTokens", "l2s.batch.admission-tokens"),
          Map.entry("stepsPerCall", "l2s.batch.steps-per-call"),
          Map.entry("maxPromptCharacters", "l2s.max-prompt-characters"),
          Map.entry("maxPromptTokens", "l2s.max-prompt-tokens"),
          Map.entry("featureCacheBytes", "l2s.feature-cache-size"),
          Map.entry("nativeCallLimit", "l2s.native-call-limit"),
          Map.entry("maxNewTokens", "l2s.generation.max-new-tokens"),
          Map.entry("threads", "l2s.threads"),
          Map.entry("wait", "l2s.threads.wait"),
          Map.entry("timeout", "l2s.generation.timeout"));

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
    } catch (InvalidRequestException e) {
      throw invalid(PROPERTY_OF_FIELD.get(e.field()), e);
    }
  }

  private static GenerationDefaults defaults(L2sProperties.Generation generation) {
    Optional<Duration> timeout = Optional.ofNullable(generation.timeout());
    timeout
        .filter(value -> value.isZero() || value.isNegative())
        .ifPresent(
            value -> {
              throw new InvalidRequestException("timeout", "greater than 0", value);
            });
    return new GenerationDefaults(generation.maxNewTokens(), timeout);
  }

  static ThreadOptions threads(L2sProperties properties) {
    try {
      return ThreadOptions.parse(properties.threads(), properties.threadsWait());
    } catch (InvalidRequestException e) {
      throw invalid(PROPERTY_OF_FIELD.get(e.field()), e);
    }
  }

  static ComponentOptions llm(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.llm.device", properties.llm().device()), properties.llm().precision());
  }

  static ComponentOptions slm(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.slm.device", properties.slm().device()), properties.slm().precision());
  }

  static ComponentOptions projector(L2sProperties properties) {
    return new ComponentOptions(
        device("l2s.projector.device", properties.projector().device()), Precision.F32);
  }

  private static DeviceSpec device(String property, String value) {
    try {
      return DeviceSpec.parse(value);
    } catch (InvalidRequestException e) {
      throw invalid(property, e);
    }
  }

  private static InvalidConfigurationPropertyValueException invalid(
      String property, InvalidRequestException e) {
    return new InvalidConfigurationPropertyValueException(
        property, e.value(), "It must be " + e.bound() + ".");
  }
}
