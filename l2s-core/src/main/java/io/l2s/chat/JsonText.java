package io.l2s.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes values as Python's {@code json.dumps} does. */
final class JsonText {

  private final Budget budget;
  private final String indent;
  private final boolean ascii;
  private final boolean sorted;
  private final String itemSeparator;
  private final String keySeparator;
  private final StringBuilder json = new StringBuilder();

  private JsonText(Budget budget, Arguments arguments) {
    this.budget = budget;
    arguments.within("ensure_ascii", "indent", "separators", "sort_keys");
    this.ascii = arguments.flag(0, "ensure_ascii", false);
    this.indent = indent(arguments.get(1, "indent", None.NONE));
    Object separators = arguments.get(2, "separators", None.NONE);
    this.sorted = arguments.flag(3, "sort_keys", false);
    if (separators instanceof List<?> pair && pair.size() == 2) {
      this.itemSeparator = Values.string(pair.get(0));
      this.keySeparator = Values.string(pair.get(1));
    } else {
      this.itemSeparator = indent.isEmpty() ? ", " : ",";
      this.keySeparator = ": ";
    }
  }

  static String of(Object value, Arguments arguments, Budget budget) {
    JsonText writer = new JsonText(budget, arguments);
    writer.write(value, "\n");
    return writer.json.toString();
  }

  /** The indent of each level, without the line break; empty for one line. */
  private static String indent(Object indent) {
    if (indent == None.NONE) {
      return "";
    }
    return indent instanceof String text
        ? text
        : " ".repeat(Math.max(0, Math.min(64, Values.index(indent))));
  }

  private void write(Object value, String lineBreak) {
    budget.enter();
    if (value instanceof String text) {
      quote(text);
    } else if (value instanceof Boolean || value instanceof Long) {
      append(value.toString());
    } else if (value instanceof Double number) {
      append(real(number));
    } else if (value == None.NONE) {
      append("null");
    } else if (value instanceof List<?> list) {
      writeAll('[', ']', list, lineBreak, this::write);
    } else if (value instanceof Map<?, ?> map) {
      writeAll('{', '}', entries(map), lineBreak, this::writeEntry);
    } else {
      throw new TemplateError("cannot write a value of type " + Values.typeOf(value) + " as JSON");
    }
    budget.leave();
  }

  private interface Element<T> {
    void write(T element, String lineBreak);
  }

  private <T> void writeAll(
      char begin, char end, List<T> elements, String lineBreak, Element<T> element) {
    json.append(begin);
    String inner = lineBreak + indent;
    boolean first = true;
    for (T each : elements) {
      if (!first) {
        append(itemSeparator);
      }
      if (!indent.isEmpty()) {
        append(inner);
      }
      first = false;
      element.write(each, inner);
    }
    if (!indent.isEmpty() && !elements.isEmpty()) {
      append(lineBreak);
    }
    json.append(end);
  }

  private List<Map.Entry<?, ?>> entries(Map<?, ?> map) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      budget.step(16 * entries.size());
      entries.sort((a, b) -> Values.compare(a.getKey(), b.getKey(), budget));
    }
    return entries;
  }

  private void writeEntry(Map.Entry<?, ?> entry, String lineBreak) {
    Object key = entry.getKey();
    if (key instanceof String text) {
      quote(text);
    } else {
      json.append('"');
      write(key, lineBreak);
      json.append('"');
    }
    append(keySeparator);
    write(entry.getValue(), lineBreak);
  }

  private static String real(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return Double.isInfinite(number)
        ? (number > 0 ? "Infinity" : "-Infinity")
        : PythonText.number(number);
  }

  private void quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int simple = "\"\\\n\r\t\b\f".indexOf(c);
      if (simple >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(simple));
      } else if (c < 0x20 || ascii && c > 0x7E) {
        PythonText.appendHexadecimal(quoted.append("\\u"), c, 4);
      } else {
        quoted.append(c);
      }
    }
    append(quoted.append('"').toString());
  }

  private void append(String part) {
    long length = (long) json.length() + part.length();
    budget.characters(length > Budget.MAX_TEXT ? length : part.length());
    json.append(part);
  }
}
