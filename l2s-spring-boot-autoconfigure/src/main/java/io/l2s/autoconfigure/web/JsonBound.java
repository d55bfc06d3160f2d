package io.l2s.autoconfigure.web;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** Describes the value that a field of a JSON body must have; needs no Jackson. */
final class JsonBound {

  private static final List<Class<?>> WHOLE = List.of(Integer.class, Long.class, Short.class);
  private static final List<Class<?>> FRACTIONS = List.of(Double.class, Float.class);

  private JsonBound() {}

  static String of(@Nullable Class<?> type) {
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
