package io.l2s.autoconfigure;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidRequestException;
import io.l2s.assembly.ComponentOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.Precision;
import io.l2s.serving.ServingOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Maps properties to the core's options; a value out of bounds is reported by its property. */
final class ConfiguredOptions {

  private static final Map<String, String> PROPERTY_OF_FIELD =
      Map.of(
          "queueCapacity", "l2s.queue.capacity",
          "maxBatchSize", "l2s.batch.max-size",
          "stepsPerCall", "l2s.batch.steps-per-call",
          "maxPromptCharacters", "l2s.max-prompt-characters",
          "maxPromptTokens", "l2s.max-prompt-tokens",
          "featureCacheBytes", "l2s.feature-cache-size",
          "maxNewTokens", "l2s.generation.max-new-tokens",
          "timeout", "l2s.generation.timeout");

  private ConfiguredOptions() {}

  static ServingOptions serving(L2sProperties properties) {
    try {
      return new ServingOptions(
          properties.queue().capacity(),
          properties.batch().maxSize(),
          properties.batch().stepsPerCall(),
          properties.maxPromptCharacters(),
          properties.maxPromptTokens(),
          properties.featureCacheSize().toBytes(),
          defaults(properties.generation()));
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
