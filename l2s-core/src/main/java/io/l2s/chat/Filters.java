package io.l2s.chat;

import io.l2s.LetterCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The filters behind {@code |} by their names. */
final class Filters {

  static final Map<String, Filter> ALL = all();

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> all = new TreeMap<>(ListFilters.ALL);
    all.put("abs", (e, v, a) -> absolute(v));
    all.put("attr", (e, v, a) -> Attributes.of(v, a.text(0, "name", ""), e.budget()));
    all.put("capitalize", (e, v, a) -> TextMethods.capitalized(text(e, v)));
    all.put("default", (e, v, a) -> orDefault(v, a.within("default_value", "boolean")));
    all.put("d", (e, v, a) -> orDefault(v, a.within("default_value", "boolean")));
    all.put("escape", (e, v, a) -> e.budget().text(escaped(text(e, v))));
    all.put("e", (e, v, a) -> e.budget().text(escaped(text(e, v))));
    all.put("float", (e, v, a) -> real(v, a.within("default").get(0, "default", 0.0)));
    all.put("indent", (e, v, a) -> indented(text(e, v), a, e.budget()));
    all.put("int", (e, v, a) -> integer(v, a.within("default").get(0, "default", 0L)));
    all.put("lower", (e, v, a) -> LetterCase.lower(text(e, v)));
    all.put(
        "replace",
        (e, v, a) -> TextMethods.replace(text(e, v), a.within("old", "new", "count"), e.budget()));
    all.put("round", (e, v, a) -> rounded(v, a));
    all.put("safe", (e, v, a) -> text(e, v));
    all.put("string", (e, v, a) -> text(e, v));
    all.put("title", (e, v, a) -> title(text(e, v)));
    all.put("tojson", (e, v, a) -> JsonText.of(v, a, e.budget()));
    all.put(
        "trim",
        (e, v, a) ->
            TextMethods.strip(
                text(e, v), a.within("chars").get(0, "chars", None.NONE), true, true));
    all.put("upper", (e, v, a) -> LetterCase.upper(text(e, v)));
    return Collections.unmodifiableMap(all);
  }

  private static String text(Evaluator evaluator, Object value) {
    return Values.text(value, evaluator.budget());
  }

  private static Object absolute(Object value) {
    if (value instanceof Double number) {
      return Math.abs(number);
    }
    if (Values.number(value) instanceof Long number) {
      return Math.abs(number);
    }
    throw Values.wrong("a number", value);
  }

  private static Object orDefault(Object value, Arguments arguments) {
    boolean missing =
        value instanceof Undefined || arguments.flag(1, "boolean", false) && !Values.isTrue(value);
    return missing ? arguments.get(0, "default_value", "") : value;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }

  private static Object real(Object value, Object fallback) {
    Number number = Values.number(value);
    if (number != null) {
      return number.doubleValue();
    }
    try {
      return value instanceof String text ? Double.valueOf(text.strip()) : fallback;
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  private static Object integer(Object value, Object fallback) {
    Object number =
        value instanceof String text && text.strip().matches("[+-]?\\d{1,18}")
            ? Long.valueOf(text.strip())
            : Values.number(value) instanceof Long whole ? whole : real(value, None.NONE);
    return number instanceof Double truncated
        ? (Object) truncated.longValue()
        : number == None.NONE ? fallback : number;
  }

  private static Object rounded(Object value, Arguments arguments) {
    Object number = real(value, None.NONE);
    if (!(number instanceof Double real)) {
      throw Values.wrong("a number", value);
    }
    int precision = arguments.within("precision", "method").integer(0, "precision", 0);
    if (Math.abs(precision) > 15) {
      throw new TemplateError("rounds to at most 15 digits");
    }
    double factor = Math.pow(10, precision);
    return switch (arguments.text(1, "method", "common")) {
      case "ceil" -> Math.ceil(real * factor) / factor;
      case "floor" -> Math.floor(real * factor) / factor;
      default -> Math.rint(real * factor) / factor;
    };
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = !(PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0);
    }
    return title.toString();
  }

  private static String indented(String text, Arguments arguments, Budget budget) {
    Object width = arguments.within("width", "first", "blank").get(0, "width", 4L);
    String indent;
    if (width instanceof String given) {
      indent = given;
    } else {
      budget.characters(Math.max(0, Values.index(width)));
      indent = " ".repeat(Math.max(0, Values.index(width)));
    }
    boolean blank = arguments.flag(2, "blank", false);
    List<Object> lines = TextMethods.lines(text + "\n", budget);
    List<Object> indented = new ArrayList<>();
    for (Object line : lines) {
      boolean keeps = indented.isEmpty() || !blank && Values.string(line).isEmpty();
      budget.characters(keeps ? 0 : indent.length());
      indented.add(keeps ? line : indent + line);
    }
    String joined = TextMethods.join("\n", indented, budget);
    return arguments.flag(1, "first", false) ? budget.text(indent + joined) : joined;
  }
}
