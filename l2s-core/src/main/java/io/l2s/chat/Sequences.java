package io.l2s.chat;

import io.l2s.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Elements of texts, lists and dicts. Positions in a text count code points, as in Python. */
final class Sequences {

  private Sequences() {}

  static int length(Object value, Budget budget) {
    if (value instanceof String text) {
      budget.text(text);
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    throw Values.wrong("a text, list or dict", value);
  }

  /** The elements of a list, the keys of a dict, the characters of a text. */
  static List<Object> elements(Object value, Budget budget) {
    budget.elements(length(value, budget));
    if (value instanceof String text) {
      return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
    }
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    return value instanceof Map<?, ?> map ? new ArrayList<>(map.keySet()) : new ArrayList<>();
  }

  /** The element at a position, which counts from the end where it is negative. */
  static Object item(Object target, Object key, Budget budget) {
    if (target instanceof Map<?, ?> map && isKey(key)) {
      Object value = map.get(key);
      if (value != null) {
        return value;
      }
    } else if (Values.number(key) instanceof Long number
        && (target instanceof List || target instanceof String)) {
      int length = length(target, budget);
      long position = number < 0 ? number + length : number;
      if (position >= 0 && position < length) {
        return target instanceof String text
            ? character(text, (int) position, budget)
            : ((List<?>) target).get((int) position);
      }
    }
    return new Undefined("the " + Values.typeOf(target) + " has no element " + describe(key));
  }

  private static String describe(Object key) {
    return key instanceof String text ? PythonText.quoted(Excerpt.of(text, 40)) : key.toString();
  }

  private static String character(String text, int position, Budget budget) {
    budget.characters(text.length());
    int at = text.offsetByCodePoints(0, position);
    return text.substring(at, text.offsetByCodePoints(at, 1));
  }

  static boolean isKey(Object key) {
    return key instanceof String || Values.number(key) != null || key == None.NONE;
  }

  /** Python's slice; bounds may be {@link None#NONE}. */
  static Object slice(Object target, Object from, Object to, Object step, Budget budget) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(target instanceof String) && !(target instanceof List)) {
      throw Values.wrong("a text or list", target);
    }
    int stride = step == None.NONE ? 1 : Values.index(step);
    if (stride == 0) {
      throw new TemplateError("a slice needs a step other than 0");
    }
    List<Object> elements =
        target instanceof String text && text.length() > Budget.MAX_ELEMENTS
            ? characters(text, budget)
            : elements(target, budget);
    int length = elements.size();
    long first = bound(from, stride > 0 ? 0 : length - 1, length, stride);
    long end = bound(to, stride > 0 ? length : -1, length, stride);
    List<Object> slice = new ArrayList<>();
    for (long i = first; stride > 0 ? i < end : i > end; i += stride) {
      slice.add(elements.get((int) i));
    }
    if (target instanceof List) {
      return slice;
    }
    StringBuilder text = new StringBuilder();
    slice.forEach(text::append);
    return text.toString();
  }

  private static List<Object> characters(String text, Budget budget) {
    budget.step(text.length());
    return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
  }

  private static long bound(Object bound, int fallback, int length, int stride) {
    if (bound == None.NONE) {
      return fallback;
    }
    long position = Values.index(bound);
    if (position < 0) {
      position += length;
    }
    return Math.max(stride > 0 ? 0 : -1, Math.min(stride > 0 ? length : length - 1, position));
  }
}
