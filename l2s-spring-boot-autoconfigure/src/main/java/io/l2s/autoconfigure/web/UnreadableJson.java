package io.l2s.autoconfigure.web;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.util.ClassUtils;

/** Names the field of a JSON body that Jackson cannot read. */
final class UnreadableJson {

  private static final List<Class<?>> WHOLE = List.of(Integer.class, Long.class, Short.class);
  private static final List<Class<?>> FRACTIONS = List.of(Double.class, Float.class);

  private UnreadableJson() {}

  /** The problem of the field at fault; null where the body is broken as a whole. */
  static @Nullable ProblemDetail problem(Exception cause) {
    if (!(cause instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return null;
    }
    if (mapping instanceof UnrecognizedPropertyException unknown) {
      return invalid(
          mapping, "absent or one of " + unknown.getKnownPropertyIds(), "an unknown field");
    }
    if (mapping instanceof MismatchedInputException mismatch) {
      String value =
          mapping instanceof InvalidFormatException format
              ? String.valueOf(format.getValue())
              : "something else";
      return invalid(mapping, bound(mismatch.getTargetType()), value);
    }
    if (mapping.getCause() instanceof InputCoercionException number) {
      return invalid(mapping, bound(number.getTargetType()), "a number out of range");
    }
    return null;
  }

  private static ProblemDetail invalid(JsonMappingException mapping, String bound, String value) {
    StringBuilder field = new StringBuilder();
    for (JsonMappingException.Reference each : mapping.getPath()) {
      if (each.getFieldName() == null) {
        field.append('[').append(each.getIndex()).append(']');
      } else {
        field.append(field.isEmpty() ? "" : ".").append(each.getFieldName());
      }
    }
    return GenerationProblems.ofField(
        HttpStatus.UNPROCESSABLE_ENTITY, field.toString(), bound, value);
  }

  private static String bound(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
    if (WHOLE.contains(boxed)) {
      return "a whole number" + (boxed == Long.class ? "" : " of 32 bits");
    } else if (FRACTIONS.contains(boxed)) {
      return "a number";
    } else if (boxed == Boolean.class) {
      return "true or false";
    } else if (boxed == String.class) {
      return "a text in quotes";
    } else if (boxed.isEnum()) {
      return "one of " + Arrays.toString(boxed.getEnumConstants());
    }
    return Collection.class.isAssignableFrom(boxed) || boxed.isArray() ? "a list" : "an object";
  }
}
