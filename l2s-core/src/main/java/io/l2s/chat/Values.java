package io.l2s.chat;

import java.util.List;
import java.util.Map;

/**
 * Values of a template as Java objects: String, Long, Double, Boolean, List, Map, {@link None},
 * {@link Undefined}, {@link Namespace}, {@link Loop} and {@link Callable}. No other Java object can
 * be reached.
 */
final class Values {

  private Values() {}

  static boolean isTrue(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return !(value instanceof Undefined) && value != None.NONE;
  }

  /** The name of a value's type, as messages have it. */
  static String typeOf(Object value) {
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Map) {
      return "dict";
    }
    return value == None.NONE
        ? "none"
        : value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  /** {@code value}, which must be a text. */
  static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("a text", value);
  }

  static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong("a dict", value);
  }

  /** {@code value}, which must be an integer; those beyond the range of int become its bounds. */
  static int index(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Long number) {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }
    throw wrong("an integer", value);
  }

  static TemplateError wrong(String wanted, Object value) {
    return value instanceof Undefined undefined
        ? undefined.error()
        : new TemplateError("needs " + wanted + ", but has a value of type " + typeOf(value));
  }

  /** A number, of which true and false are two; null if {@code value} is none. */
  static @org.jspecify.annotations.Nullable Number number(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    return value instanceof Number number ? number : null;
  }

  static boolean equal(Object left, Object right, Budget budget) {
    budget.step(1);
    Number a = number(left);
    Number b = number(right);
    if (a != null && b != null) {
      return a instanceof Long && b instanceof Long
          ? a.equals(b)
          : a.doubleValue() == b.doubleValue();
    }
    if (left instanceof String one && right instanceof String other) {
      budget.characters(Math.min(one.length(), other.length()));
      return one.equals(other);
    }
    if (left instanceof List<?> one && right instanceof List<?> other) {
      return one.size() == other.size()
          && one instanceof Tuple == other instanceof Tuple
          && equalElements(one, other, budget);
    }
    if (left instanceof Map<?, ?> one && right instanceof Map<?, ?> other) {
      return one.size() == other.size()
          && one.entrySet().stream()
              .allMatch(
                  each -> {
                    Object value = other.get(each.getKey());
                    return value != null && nestedEqual(each.getValue(), value, budget);
                  });
    }
    return left == right || left instanceof Undefined && right instanceof Undefined;
  }

  private static boolean equalElements(List<?> one, List<?> other, Budget budget) {
    for (int i = 0; i < one.size(); i++) {
      if (!nestedEqual(one.get(i), other.get(i), budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean nestedEqual(Object left, Object right, Budget budget) {
    budget.enter();
    boolean equal = equal(left, right, budget);
    budget.leave();
    return equal;
  }

  static int compare(Object left, Object right, Budget budget) {
    Number a = number(left);
    Number b = number(right);
    if (a instanceof Long one && b instanceof Long other) {
      return Long.compare(one, other);
    }
    if (a != null && b != null) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    if (left instanceof String one && right instanceof String other) {
      budget.characters(Math.min(one.length(), other.length()));
      return compareCodePoints(one, other);
    }
    if (left instanceof List<?> one && right instanceof List<?> other) {
      for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
        budget.enter();
        int order =
            equal(one.get(i), other.get(i), budget) ? 0 : compare(one.get(i), other.get(i), budget);
        budget.leave();
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(one.size(), other.size());
    }
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateError("cannot compare " + typeOf(left) + " with " + typeOf(right));
  }

  private static int compareCodePoints(String one, String other) {
    int i = 0;
    while (i < one.length() && i < other.length() && one.charAt(i) == other.charAt(i)) {
      i++;
    }
    if (i == one.length() || i == other.length()) {
      return Integer.compare(one.length(), other.length());
    }
    // At the second half of a pair both have the same first half, so the order is the halves'.
    return Integer.compare(one.codePointAt(i), other.codePointAt(i));
  }

  static boolean contains(Object container, Object element, Budget budget) {
    if (container instanceof String text) {
      String part = string(element);
      budget.search(text, part);
      return text.contains(part);
    }
    if (container instanceof List<?> list) {
      return list.stream().anyMatch(each -> equal(each, element, budget));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(element);
    }
    if (container instanceof Undefined) {
      return false;
    }
    throw wrong("a text, list or dict behind \"in\"", container);
  }

  /** The value as a template writes it. */
  static String text(Object value, Budget budget) {
    if (value instanceof String text) {
      return budget.text(text);
    }
    if (value instanceof Undefined) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    appendRepresentation(text, value, budget);
    return text.toString();
  }

  private static void appendRepresentation(StringBuilder text, Object value, Budget budget) {
    budget.enter();
    if (value instanceof String string) {
      append(text, PythonText.quoted(budget.text(string)), budget);
    } else if (value instanceof Boolean flag) {
      append(text, flag ? "True" : "False", budget);
    } else if (value instanceof Double number) {
      append(text, PythonText.number(number), budget);
    } else if (value instanceof Tuple tuple) {
      appendElements(text, tuple, "(", budget);
      append(text, tuple.size() == 1 ? ",)" : ")", budget);
    } else if (value instanceof List<?> list) {
      appendElements(text, list, "[", budget);
      append(text, "]", budget);
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> each : map.entrySet()) {
        append(text, separator, budget);
        appendRepresentation(text, each.getKey(), budget);
        append(text, ": ", budget);
        appendRepresentation(text, each.getValue(), budget);
        separator = ", ";
      }
      append(text, map.isEmpty() ? "{}" : "}", budget);
    } else if (value instanceof Long number) {
      append(text, number.toString(), budget);
    } else if (value == None.NONE) {
      append(text, "None", budget);
    } else {
      throw new TemplateError("cannot write a value of type " + typeOf(value));
    }
    budget.leave();
  }

  private static void appendElements(
      StringBuilder text, List<?> elements, String begin, Budget budget) {
    append(text, begin, budget);
    for (int i = 0; i < elements.size(); i++) {
      append(text, i == 0 ? "" : ", ", budget);
      appendRepresentation(text, elements.get(i), budget);
    }
  }

  private static void append(StringBuilder text, String part, Budget budget) {
    budget.characters(
        (long) text.length() + part.length() > Budget.MAX_TEXT
            ? (long) text.length() + part.length()
            : part.length());
    text.append(part);
  }
}
