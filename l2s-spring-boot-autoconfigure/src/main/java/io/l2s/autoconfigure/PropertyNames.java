package io.l2s.autoconfigure;

import io.l2s.InvalidSettingException;
import io.l2s.InvalidValueException;
import io.l2s.L2sException;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Names the core's settings as properties, so that {@code
 * failure.messageFor(PropertyNames.forModelOf(failure))} is a message for those who configure the
 * application.
 */
public final class PropertyNames {

  private static final Map<String, String> PROPERTY_OF_SETTING =
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
          Map.entry("checkMemory", "l2s.check-memory"),
          Map.entry("threads", "l2s.threads"),
          Map.entry("wait", "l2s.threads.wait"),
          Map.entry("copyWeights", "l2s.copy-weights"));

  // Requests have fields of these names, which no property sets.
  private static final Map<String, String> PROPERTY_OF_DEFAULT =
      Map.of(
          "maxNewTokens", "l2s.generation.max-new-tokens",
          "timeout", "l2s.generation.timeout",
          "promptLookupNumTokens", "l2s.generation.prompt-lookup-num-tokens",
          "maxMatchingNgramSize", "l2s.generation.max-matching-ngram-size");

  // All models have these together.
  private static final Set<String> SHARED =
      Set.of("l2s.threads", "l2s.threads.wait", "l2s.check-memory");

  private PropertyNames() {}

  /**
   * Names settings as properties of the model that refused or failed, {@link L2sException#model}; a
   * failure without a model is one of {@code l2s.*}.
   */
  public static UnaryOperator<String> forModelOf(L2sException failure) {
    String model = failure.model().orElse(ConfiguredModel.DEFAULT);
    return setting -> of(model, setting);
  }

  /** The property that sets {@code setting}, or {@code setting} where there is none. */
  public static String of(String setting) {
    return PROPERTY_OF_SETTING.getOrDefault(setting, setting);
  }

  /** The same for the model of this name, whose properties are {@code l2s.models.<name>.*}. */
  public static String of(String model, String setting) {
    String property = PROPERTY_OF_SETTING.get(setting);
    return property == null ? setting : ofModel(model, property);
  }

  /** The {@code property} of the single model, {@code l2s.*}, as the one of {@code model}. */
  static String ofModel(String model, String property) {
    return model.equals(ConfiguredModel.DEFAULT) || SHARED.contains(property)
        ? property
        : "l2s.models." + model + property.substring("l2s".length());
  }

  /** The failure as one of the property that sets the value. */
  static InvalidConfigurationPropertyValueException invalid(InvalidSettingException e) {
    return invalid(of(e.field()), e, PropertyNames::of);
  }

  /** The failure as one of the model's property that sets the value. */
  static InvalidConfigurationPropertyValueException invalid(
      ConfiguredModel model, InvalidValueException e) {
    String property = PROPERTY_OF_DEFAULT.getOrDefault(e.field(), of(e.field()));
    return invalid(model, property, e);
  }

  /** The failure as one of this {@code property} of the model, which begins with {@code l2s.}. */
  static InvalidConfigurationPropertyValueException invalid(
      ConfiguredModel model, String property, InvalidValueException e) {
    return invalid(model.property(property), e, setting -> of(model.name(), setting));
  }

  private static InvalidConfigurationPropertyValueException invalid(
      String property, InvalidValueException e, UnaryOperator<String> names) {
    return new InvalidConfigurationPropertyValueException(
        property, e.value(), "It must be " + e.boundFor(names) + ".");
  }
}
