package io.l2s.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Excerpt;
import io.l2s.ModelLoadException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object in a file, each read as the type that it must have. Errors name the
 * file, the field, its bound and its value.
 */
public class JsonFields {

  private static final int MOST_SHOWN = 60;

  private final Path file;
  private final JsonObject json;
  private final String prefix;

  /**
   * @param prefix stands before the fields' names in messages
   */
  public JsonFields(Path file, JsonObject json, String prefix) {
    this.file = file;
    this.json = json;
    this.prefix = prefix;
  }

  public final Path file() {
    return file;
  }

  /**
   * The fields of an object inside this one; errors name them by {@code name.field}. Empty where it
   * is absent.
   */
  public final Optional<JsonFields> section(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonElement element = json.get(name);
    if (!element.isJsonObject()) {
      throw new ModelLoadException(
          file, prefix + name + " must be an object, but was " + shown(element));
    }
    return Optional.of(new JsonFields(file, element.getAsJsonObject(), prefix + name + "."));
  }

  /** Whether the field is there and not null. */
  public final boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  /** The field's value, whatever its type; {@link #has} says whether there is one. */
  public final JsonElement element(String name) {
    return json.get(name);
  }

  /** A value as a message shows it: short, on one line. */
  public static String shown(@Nullable JsonElement value) {
    return value == null ? "left out" : Excerpt.of(value.toString(), MOST_SHOWN);
  }

  /**
   * The name by which a field is read that transformers knows by two: the alias, where it is there,
   * as that goes before in transformers.
   */
  public final String named(String field, String alias) {
    return has(alias) ? alias : field;
  }

  /**
   * A problem of a field, named with the section that it lies in.
   *
   * @param problem what follows the field's name
   */
  public final ModelLoadException problem(String field, String problem) {
    return new ModelLoadException(file, prefix + field + " " + problem);
  }

  /** Whether the field is there, null or not. */
  public final boolean named(String name) {
    return json.has(name);
  }

  public final int requiredInt(String name, int min, int max) {
    require(name);
    return intOr(name, min, min, max);
  }

  public final long requiredLong(String name, long min, long max) {
    require(name);
    return toLong(name, json.get(name), min, max);
  }

  public final int intOr(String name, int fallback, int min, int max) {
    return has(name) ? toInt(name, json.get(name), min, max) : fallback;
  }

  /**
   * Checks an id that {@code field} names, here or in the settings beside this file.
   *
   * @throws ModelLoadException if the vocabulary has no such id
   */
  public final void requireId(String field, int id, int vocabularySize) {
    if (id >= vocabularySize) {
      throw new ModelLoadException(
          file, prefix + field + " must be below vocab_size " + vocabularySize + ", but was " + id);
    }
  }

  /** A whole number or a list of them; empty where the field is absent. */
  public final List<Integer> ints(String name, int min, int max) {
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

  public final double doubleOr(String name, double fallback) {
    if (!has(name)) {
      return fallback;
    }
    JsonPrimitive number = primitive(name, "a number", JsonPrimitive::isNumber);
    double value = number.getAsDouble();
    if (Double.isInfinite(value)) {
      throw new ModelLoadException(
          file,
          prefix
              + name
              + " must be at most "
              + Double.MAX_VALUE
              + " in size, but was "
              + shown(number));
    }
    return value;
  }

  public final double requiredDouble(String name, double min, double max) {
    require(name);
    double value = doubleOr(name, min);
    if (!(value >= min && value <= max)) {
      throw new ModelLoadException(
          file, prefix + name + " must be between " + min + " and " + max + ", but was " + value);
    }
    return value;
  }

  public final double doubleOr(String name, double fallback, double min, double max) {
    return has(name) ? requiredDouble(name, min, max) : fallback;
  }

  /** A list of texts; empty where the field is absent. */
  public final List<String> strings(String name) {
    if (!has(name)) {
      return List.of();
    }
    JsonElement element = json.get(name);
    if (!element.isJsonArray()) {
      throw new ModelLoadException(
          file, prefix + name + " must be a list, but was " + shown(element));
    }
    List<String> values = new ArrayList<>();
    for (JsonElement each : element.getAsJsonArray()) {
      if (!(each instanceof JsonPrimitive text && text.isString())) {
        throw new ModelLoadException(
            file, prefix + name + " must be a list of texts, but holds " + shown(each));
      }
      values.add(each.getAsString());
    }
    return values;
  }

  public final boolean requiredBoolean(String name) {
    require(name);
    return booleanOr(name, false);
  }

  public final boolean booleanOr(String name, boolean fallback) {
    return has(name)
        ? primitive(name, "true or false", JsonPrimitive::isBoolean).getAsBoolean()
        : fallback;
  }

  /** A text. */
  public final String requiredString(String name) {
    require(name);
    return stringOr(name, "");
  }

  public final String stringOr(String name, String fallback) {
    return has(name) ? primitive(name, "a text", JsonPrimitive::isString).getAsString() : fallback;
  }

  private JsonPrimitive primitive(String name, String kind, Predicate<JsonPrimitive> is) {
    JsonElement element = json.get(name);
    if (!element.isJsonPrimitive() || !is.test(element.getAsJsonPrimitive())) {
      throw new ModelLoadException(
          file, prefix + name + " must be " + kind + ", but was " + shown(element));
    }
    return element.getAsJsonPrimitive();
  }

  /** A whole number that is or lies in the field {@code name}. */
  protected final int toInt(String name, JsonElement element, int min, int max) {
    return (int) toLong(name, element, min, max);
  }

  private long toLong(String name, JsonElement element, long min, long max) {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      BigDecimal value = element.getAsBigDecimal();
      if (value.compareTo(BigDecimal.valueOf(min)) >= 0
          && value.compareTo(BigDecimal.valueOf(max)) <= 0
          && value.stripTrailingZeros().scale() <= 0) {
        return value.longValue();
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
            + shown(element));
  }

  private void require(String name) {
    if (!has(name)) {
      throw new ModelLoadException(file, prefix + name + " is missing");
    }
  }

  /**
   * An object whose fields are all texts, in their order.
   *
   * @throws ModelLoadException if it is missing, or naming every field that is no text
   */
  public final Map<String, String> texts(String name) {
    require(name);
    Map<String, String> texts = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    JsonFields fields = section(name).orElseThrow();
    fields
        .json
        .entrySet()
        .forEach(
            entry -> {
              if (entry.getValue() instanceof JsonPrimitive text && text.isString()) {
                texts.put(entry.getKey(), text.getAsString());
              } else {
                problems.add(
                    fields.prefix
                        + entry.getKey()
                        + " must be a text, but was "
                        + shown(entry.getValue()));
              }
            });
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    return texts;
  }
}
