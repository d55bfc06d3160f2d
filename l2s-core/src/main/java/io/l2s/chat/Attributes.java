package io.l2s.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The targets of a dot or of brackets: methods, elements, names of a namespace. */
final class Attributes {

  private Attributes() {}

  /** A method before an element, as for {@code value.name}. */
  static Object of(Object target, String name, Budget budget) {
    Object method = method(target, name, budget);
    return method instanceof Undefined && target instanceof Map
        ? Sequences.item(target, name, budget)
        : method;
  }

  /** An element before a method, as for {@code value['name']}. */
  static Object item(Object target, Object key, Budget budget) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object element = Sequences.item(target, key, budget);
    return element instanceof Undefined && key instanceof String name
        ? orElse(method(target, name, budget), element)
        : element;
  }

  private static Object orElse(Object value, Object fallback) {
    return value instanceof Undefined ? fallback : value;
  }

  private static Object method(Object target, String name, Budget budget) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (target instanceof String text && TextMethods.ALL.containsKey(name)) {
      return (Callable) arguments -> TextMethods.call(name, text, arguments, budget);
    }
    if (target instanceof Namespace namespace) {
      Object value = namespace.values().get(name);
      return value != null ? value : missing("namespace", name);
    }
    if (target instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (target instanceof Map<?, ?> map) {
      return dictMethod(map, name, budget);
    }
    if (target instanceof List<?> list) {
      return listMethod(list, name, budget);
    }
    return missing(Values.typeOf(target), name);
  }

  private static Undefined missing(String type, String name) {
    return new Undefined("the " + type + " has no attribute \"" + name + "\"");
  }

  private static Object dictMethod(Map<?, ?> map, String name, Budget budget) {
    return switch (name) {
      case "items" -> (Callable) arguments -> items(map, budget);
      case "keys" -> (Callable) arguments -> Sequences.elements(map, budget);
      case "values" ->
          (Callable)
              arguments -> {
                budget.elements(map.size());
                return new ArrayList<Object>(map.values());
              };
      case "get" ->
          (Callable)
              arguments -> {
                Object value = map.get(arguments.required(0, "key"));
                return value != null ? value : arguments.get(1, "default", None.NONE);
              };
      default -> missing("dict", name);
    };
  }

  static List<Object> items(Map<?, ?> map, Budget budget) {
    budget.elements(map.size());
    List<Object> items = new ArrayList<>();
    map.forEach((key, value) -> items.add(new Tuple(List.of(key, value))));
    return items;
  }

  private static Object listMethod(List<?> list, String name, Budget budget) {
    return switch (name) {
      case "index" ->
          (Callable)
              arguments -> {
                Object wanted = arguments.required(0, "value");
                for (int i = 0; i < list.size(); i++) {
                  if (Values.equal(list.get(i), wanted, budget)) {
                    return (long) i;
                  }
                }
                throw new TemplateError("the list does not have the element");
              };
      case "count" ->
          (Callable)
              arguments -> {
                Object wanted = arguments.required(0, "value");
                return list.stream().filter(each -> Values.equal(each, wanted, budget)).count();
              };
      default -> missing("list", name);
    };
  }
}
