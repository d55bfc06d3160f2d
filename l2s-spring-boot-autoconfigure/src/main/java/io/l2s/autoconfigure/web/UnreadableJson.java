package io.l2s.autoconfigure.web;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/** Names the field of a JSON body that Jackson 2 cannot read. */
final class UnreadableJson {

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
      return invalid(mapping, JsonBound.of(mismatch.getTargetType()), value);
    }
    if (mapping.getCause() instanceof InputCoercionException number) {
      return invalid(mapping, JsonBound.of(number.getTargetType()), "a number out of range");
    }
    return null;
  }

  private static ProblemDetail invalid(JsonMappingException mapping, String bound, String value) {
    FieldPath field = new FieldPath();
    mapping.getPath().forEach(each -> field.add(each.getFieldName(), each.getIndex()));
    return field.invalid(bound, value);
  }
}
