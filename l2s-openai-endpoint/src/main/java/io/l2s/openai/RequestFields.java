package io.l2s.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, each read with its type. Null counts as absent, as in OpenAI's API.
 * Fields that nobody has read are refused.
 */
final class RequestFields {

  private final String path;
  private final ObjectNode json;
  private final Set<String> read = new HashSet<>();

  /**
   * @param path what stands before the fields' names in messages; empty for the body itself
   */
  RequestFields(String path, ObjectNode json) {
    this.path = path;
    this.json = json;
  }

  String name(String field) {
    return path + field;
  }

  /** The value of {@code field}; null if it is absent. */
  @Nullable JsonNode value(String field) {
    read.add(field);
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  Optional<String> text(String field) {
    JsonNode value = value(field);
    if (value != null && !value.isTextual()) {
      throw wrong(field, "a string", value);
    }
    return Optional.ofNullable(value).map(JsonNode::textValue);
  }

  String requiredText(String field) {
    return text(field).orElseThrow(() -> missing(field, "a string"));
  }

  Optional<Double> number(String field) {
    JsonNode value = value(field);
    if (value != null && !value.isNumber()) {
      throw wrong(field, "a number", value);
    }
    return Optional.ofNullable(value).map(JsonNode::doubleValue);
  }

  Optional<Integer> integer(String field) {
    JsonNode value = value(field);
    if (value != null && !(value.isIntegralNumber() && value.canConvertToInt())) {
      throw wrong(field, "an integer of 32 bits", value);
    }
    return Optional.ofNullable(value).map(JsonNode::intValue);
  }

  Optional<Long> longInteger(String field) {
    JsonNode value = value(field);
    if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
      throw wrong(field, "an integer of 64 bits", value);
    }
    return Optional.ofNullable(value).map(JsonNode::longValue);
  }

  boolean flag(String field) {
    JsonNode value = value(field);
    if (value != null && !value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value != null && value.booleanValue();
  }

  /** A string or a list of strings; empty if absent. */
  List<String> texts(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return List.of();
    }
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isTextual()) {
        throw wrong(field, "a string or a list of strings", value);
      }
      texts.add(each.textValue());
    }
    if (!value.isArray()) {
      throw wrong(field, "a string or a list of strings", value);
    }
    return texts;
  }

  Optional<RequestFields> object(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode object) {
      return Optional.of(new RequestFields(name(field) + ".", object));
    }
    throw wrong(field, "an object", value);
  }

  /**
   * Refuses every field that was not read.
   *
   * @param neutral fields that have no effect with these values; with no values listed, any value
   *     has none
   */
  void refuseOthers(Map<String, List<JsonNode>> neutral) {
    json.properties()
        .forEach(
            each -> {
              String field = each.getKey();
              List<JsonNode> values = neutral.get(field);
              boolean harmless =
                  each.getValue().isNull()
                      || values != null && (values.isEmpty() || values.contains(each.getValue()));
              if (!read.contains(field) && !harmless) {
                throw unsupported(field, values);
              }
            });
  }

  private OpenAiException unsupported(String field, @Nullable List<JsonNode> values) {
    String remedy =
        values == null
            ? "leave it out"
            : values.stream()
                .map(JsonNode::toString)
                .collect(Collectors.joining(" or ", "leave it out or send ", ""));
    return new OpenAiException(
        OpenAiError.unsupported(name(field), name(field) + " is not supported; " + remedy));
  }

  OpenAiException missing(String field, String bound) {
    return invalid(field, bound, "absent");
  }

  OpenAiException wrong(String field, String bound, JsonNode value) {
    return invalid(field, bound, value.toString());
  }

  OpenAiException invalid(String field, String bound, String value) {
    return new OpenAiException(OpenAiError.field(name(field), bound, value));
  }
}
