package io.l2s.autoconfigure.web;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/**
 * Names the field of a JSON body that Jackson 3 cannot read. It asks the exceptions by the names of
 * their methods, since Spring Boot 3.5 has no Jackson 3 to compile with.
 */
final class UnreadableJson3 {

  private UnreadableJson3() {}

  /** The problem of the field at fault; null where the body is broken as a whole. */
  static @Nullable ProblemDetail problem(Throwable cause) {
    if (!cause.getClass().getName().startsWith("tools.jackson.")
        || !(value(cause, "getPath") instanceof Collection<?> path)
        || path.isEmpty()) {
      return null;
    }
    return switch (cause.getClass().getSimpleName()) {
      case "UnrecognizedPropertyException" ->
          invalid(
              path, "absent or one of " + value(cause, "getKnownPropertyIds"), "an unknown field");
      case "InvalidFormatException" ->
          invalid(path, bound(cause), String.valueOf(value(cause, "getValue")));
      case "MismatchedInputException" -> invalid(path, bound(cause), "something else");
      case "InputCoercionException" -> invalid(path, bound(cause), "a number out of range");
      default -> null;
    };
  }

  private static String bound(Throwable cause) {
    return JsonBound.of(value(cause, "getTargetType") instanceof Class<?> type ? type : null);
  }

  private static ProblemDetail invalid(Collection<?> path, String bound, String value) {
    FieldPath field = new FieldPath();
    for (Object each : path) {
      field.add((String) value(each, "getPropertyName"), (Integer) value(each, "getIndex"));
    }
    return field.invalid(bound, value);
  }

  private static @Nullable Object value(Object source, String method) {
    try {
      return source.getClass().getMethod(method).invoke(source);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          source.getClass().getName() + " has no method " + method + "; use another Jackson 3", e);
    }
  }
}
