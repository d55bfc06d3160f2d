package io.l2s.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.ModelLoadException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * A checkpoint's {@code config.json} or {@code generation_config.json}. Errors name the file, the
 * field, its bound and its value.
 */
public final class ConfigFile {

  // The defaults of transformers' config classes.
  private static final Map<String, Integer> DEFAULT_EOS =
      Map.of("t5", 1, "mt5", 1, "gpt2", 50256, "llama", 2, "mistral", 2, "bart", 2);

  private final Path file;
  private final JsonObject json;
  private final String prefix;

  private ConfigFile(Path file, JsonObject json, String prefix) {
    this.file = file;
    this.json = json;
    this.prefix = prefix;
  }

  /**
   * Reads {@code file}.
   *
   * @throws ModelLoadException if it is missing or not one JSON object
   */
  public static ConfigFile read(Path file) {
    return new ConfigFile(file, StrictJson.read(file), "");
  }

  public Path file() {
    return file;
  }

  /**
   * The fields of an object inside this one; errors name them by {@code name.field}. Empty where it
   * is absent.
   */
  public Optional<ConfigFile> section(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonElement element = json.get(name);
    if (!element.isJsonObject()) {
      throw new ModelLoadException(file, prefix + name + " must be an object, but was " + element);
    }
    return Optional.of(new ConfigFile(file, element.getAsJsonObject(), prefix + name + "."));
  }

  /** The architecture's name. */
  public String modelType() {
    require("model_type");
    return stringOr("model_type", "");
  }

  /**
   * The method by which the weights were quantised, from {@code quantization_config}; empty where
   * they were not.
   */
  public Optional<String> quantMethod() {
    if (!has("quantization_config")) {
      return Optional.empty();
    }
    JsonElement settings = json.get("quantization_config");
    if (!settings.isJsonObject() || !settings.getAsJsonObject().has("quant_method")) {
      throw new ModelLoadException(
          file, "quantization_config must be an object with quant_method, but was " + settings);
    }
    return Optional.of(settings.getAsJsonObject().get("quant_method").getAsString());
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  /**
   * The name by which a field is read that transformers knows by two: the alias, where it is there,
   * as that goes before in transformers.
   */
  public String named(String field, String alias) {
    return has(alias) ? alias : field;
  }

  /**
   * A problem of a field, named with the section that it lies in.
   *
   * @param problem what follows the field's name
   */
  public ModelLoadException problem(String field, String problem) {
    return new ModelLoadException(file, prefix + field + " " + problem);
  }

  /** Whether the field is there, null or not. */
  public boolean named(String name) {
    return json.has(name);
  }

  public int requiredInt(String name, int min, int max) {
    require(name);
    return intOr(name, min, min, max);
  }

  public int intOr(String name, int fallback, int min, int max) {
    return has(name) ? toInt(name, json.get(name), min, max) : fallback;
  }

  /**
   * Checks an id that {@code field} names, here or in the settings beside this file.
   *
   * @throws ModelLoadException if the vocabulary has no such id
   */
  public void requireId(String field, int id, int vocabularySize) {
    if (id >= vocabularySize) {
      throw new ModelLoadException(
          file, prefix + field + " must be below vocab_size " + vocabularySize + ", but was " + id);
    }
  }

  /** A whole number or a list of them; empty where the field is absent. */
  public List<Integer> ints(String name, int min, int max) {
    if (!has(name)) {
      return List.of();
    }
    JsonElement element = json.get(name);
    if (!element.isJsonArray()) {
      return List.of(toInt(name, element, min, max));
    }
    List<Integer> values = new ArrayList<>();
    element.getAsJsonArray().forEach(each -> values.add(toInt(name, each, min, max)));
    return values;
  }

  /**
   * Ids that end an answer; where {@code eos_token_id} is absent, the default that transformers'
   * config class of the family has.
   *
   * @throws ModelLoadException if there is neither, since answers would never end
   */
  public List<Integer> eosTokenIds() {
    List<Integer> named = ints("eos_token_id", 0, Integer.MAX_VALUE);
    if (!named.isEmpty()) {
      return named;
    }
    Integer fallback = DEFAULT_EOS.get(modelType());
    if (fallback == null) {
      throw new ModelLoadException(
          file,
          "eos_token_id is missing, and no default is known for model_type "
              + modelType()
              + "; add the id of the token that ends an answer");
    }
    return List.of(fallback);
  }

  /** The forced end that transformers' config class of the family has by default. */
  OptionalInt defaultForcedEosTokenId() {
    return modelType().equals("bart") ? OptionalInt.of(2) : OptionalInt.empty();
  }

  public double doubleOr(String name, double fallback) {
    if (!has(name)) {
      return fallback;
    }
    JsonPrimitive number = primitive(name, "a number", JsonPrimitive::isNumber);
    double value = number.getAsDouble();
    if (Double.isInfinite(value)) {
      throw new ModelLoadException(
          file,
          prefix + name + " must be at most " + Double.MAX_VALUE + " in size, but was " + number);
    }
    return value;
  }

  public double requiredDouble(String name, double min, double max) {
    require(name);
    double value = doubleOr(name, min);
    if (!(value >= min && value <= max)) {
      throw new ModelLoadException(
          file, prefix + name + " must be between " + min + " and " + max + ", but was " + value);
    }
    return value;
  }

  public double doubleOr(String name, double fallback, double min, double max) {
    return has(name) ? requiredDouble(name, min, max) : fallback;
  }

  /** A list of texts; empty where the field is absent. */
  public List<String> strings(String name) {
    if (!has(name)) {
      return List.of();
    }
    JsonElement element = json.get(name);
    if (!element.isJsonArray()) {
      throw new ModelLoadException(file, prefix + name + " must be a list, but was " + element);
    }
    List<String> values = new ArrayList<>();
    for (JsonElement each : element.getAsJsonArray()) {
      if (!(each instanceof JsonPrimitive text && text.isString())) {
        throw new ModelLoadException(
            file, prefix + name + " must be a list of texts, but holds " + each);
      }
      values.add(each.getAsString());
    }
    return values;
  }

  public boolean booleanOr(String name, boolean fallback) {
    return has(name)
        ? primitive(name, "true or false", JsonPrimitive::isBoolean).getAsBoolean()
        : fallback;
  }

  public String stringOr(String name, String fallback) {
    return has(name) ? primitive(name, "a text", JsonPrimitive::isString).getAsString() : fallback;
  }

  private JsonPrimitive primitive(String name, String kind, Predicate<JsonPrimitive> is) {
    JsonElement element = json.get(name);
    if (!element.isJsonPrimitive() || !is.test(element.getAsJsonPrimitive())) {
      throw new ModelLoadException(
          file, prefix + name + " must be " + kind + ", but was " + element);
    }
    return element.getAsJsonPrimitive();
  }

  private int toInt(String name, JsonElement element, int min, int max) {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      BigDecimal value = element.getAsBigDecimal();
      if (value.compareTo(BigDecimal.valueOf(min)) >= 0
          && value.compareTo(BigDecimal.valueOf(max)) <= 0
          && value.stripTrailingZeros().scale() <= 0) {
        return value.intValue();
      }
    }
    throw new ModelLoadException(
        file,
        prefix
            + name
            + " must be a whole number between "
            + min
            + " and "
            + max
            + ", but was "
            + element);
  }

  private void require(String name) {
    if (!has(name)) {
      throw new ModelLoadException(file, prefix + name + " is missing");
    }
  }
}
