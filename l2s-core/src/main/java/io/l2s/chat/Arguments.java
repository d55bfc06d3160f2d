package io.l2s.chat;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values with which a function, method, filter or test is called. */
record Arguments(List<Object> positional, Map<String, Object> named) {

  static final Arguments NONE = new Arguments(List.of(), Map.of());

  int size() {
    return positional.size() + named.size();
  }

  /** Refuses arguments beyond {@code names}, which are those of the positions in order. */
  Arguments within(String... names) {
    if (positional.size() > names.length) {
      throw new TemplateError(
          "takes at most " + names.length + " arguments, but has " + positional.size());
    }
    Set<String> known = Set.of(names);
    for (String name : named.keySet()) {
      if (!known.contains(name)) {
        throw new TemplateError("has no argument \"" + name + "\"");
      }
    }
    return this;
  }

  /** The argument at {@code position} or of {@code name}; {@code fallback} if neither is there. */
  Object get(int position, String name, Object fallback) {
    return position < positional.size()
        ? positional.get(position)
        : named.getOrDefault(name, fallback);
  }

  Object required(int position, String name) {
    Object value = get(position, name, Missing.ARGUMENT);
    if (value == Missing.ARGUMENT) {
      throw new TemplateError("needs the argument \"" + name + "\"");
    }
    return value;
  }

  boolean flag(int position, String name, boolean fallback) {
    return Values.isTrue(get(position, name, fallback));
  }

  int integer(int position, String name, int fallback) {
    return Values.index(get(position, name, (long) fallback));
  }

  String text(int position, String name, String fallback) {
    return Values.string(get(position, name, fallback));
  }

  private enum Missing {
    ARGUMENT
  }
}
