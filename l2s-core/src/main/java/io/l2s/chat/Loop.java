package io.l2s.chat;

import java.util.List;

/** The name {@code loop} within a loop's body. */
final class Loop {

  private final List<Object> elements;
  private int at = -1;

  Loop(List<Object> elements) {
    this.elements = elements;
  }

  Object next() {
    return elements.get(++at);
  }

  Object attribute(String name) {
    long index = at;
    long size = elements.size();
    return switch (name) {
      case "index" -> index + 1;
      case "index0" -> index;
      case "revindex" -> size - index;
      case "revindex0" -> size - index - 1;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> size;
      case "depth" -> 1L; // more in recursive loops only, which there are none of
      case "depth0" -> 0L;
      case "previtem" -> index > 0 ? elements.get(at - 1) : none(name);
      case "nextitem" -> index < size - 1 ? elements.get(at + 1) : none(name);
      case "cycle" -> (Callable) this::cycle;
      default -> new Undefined("a loop has no attribute \"" + name + "\"");
    };
  }

  private static Undefined none(String name) {
    return new Undefined("there is no " + name);
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateError("needs values to cycle through");
    }
    return values.get(at % values.size());
  }
}
