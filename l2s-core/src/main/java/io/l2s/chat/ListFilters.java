package io.l2s.chat;

import io.l2s.LetterCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The filters of lists and dicts. Those that are lazy in Jinja give lists here. */
final class ListFilters {

  static final Map<String, Filter> ALL = all();

  private ListFilters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> all = new TreeMap<>();
    all.put("batch", (e, v, a) -> batches(e, v, a));
    all.put("count", (e, v, a) -> (long) Sequences.length(v, e.budget()));
    all.put("length", (e, v, a) -> (long) Sequences.length(v, e.budget()));
    all.put("dictsort", ListFilters::sortedItems);
    all.put("first", (e, v, a) -> first(elements(e, v)));
    all.put(
        "items",
        (e, v, a) ->
            v instanceof Undefined ? List.of() : Attributes.items(Values.map(v), e.budget()));
    all.put("join", ListFilters::joined);
    all.put("last", (e, v, a) -> first(reversed(elements(e, v))));
    all.put("list", (e, v, a) -> elements(e, v));
    all.put("map", ListFilters::mapped);
    all.put(
        "max",
        (e, v, a) -> first(reversed(sorted(e, v, a.within("case_sensitive", "attribute"), 0, 1))));
    all.put("min", (e, v, a) -> first(sorted(e, v, a.within("case_sensitive", "attribute"), 0, 1)));
    all.put("reject", (e, v, a) -> selected(e, v, passes(e, a, 0).negate()));
    all.put("select", (e, v, a) -> selected(e, v, passes(e, a, 0)));
    all.put("rejectattr", (e, v, a) -> selected(e, v, attributePasses(e, a).negate()));
    all.put("selectattr", (e, v, a) -> selected(e, v, attributePasses(e, a)));
    all.put("reverse", ListFilters::reverse);
    all.put(
        "sort",
        (e, v, a) -> {
          List<Object> sorted =
              sorted(e, v, a.within("reverse", "case_sensitive", "attribute"), 1, 2);
          return a.flag(0, "reverse", false) ? reversed(sorted) : sorted;
        });
    all.put("sum", ListFilters::sum);
    all.put("unique", ListFilters::unique);
    return Collections.unmodifiableMap(all);
  }

  private static List<Object> elements(Evaluator evaluator, Object value) {
    return Sequences.elements(value, evaluator.budget());
  }

  private static List<Object> reversed(List<Object> list) {
    Collections.reverse(list);
    return list;
  }

  private static Object reverse(Evaluator evaluator, Object value, Arguments arguments) {
    return value instanceof String
        ? Sequences.slice(value, None.NONE, None.NONE, -1L, evaluator.budget())
        : reversed(elements(evaluator, value));
  }

  private static Object first(List<Object> elements) {
    return elements.isEmpty() ? new Undefined("the list is empty") : elements.get(0);
  }

  private static Object batches(Evaluator evaluator, Object value, Arguments arguments) {
    List<Object> elements = elements(evaluator, value);
    int size = Values.index(arguments.within("linecount", "fill_with").required(0, "linecount"));
    if (size < 1) {
      throw new TemplateError("a batch needs at least 1 element");
    }
    Object fill = arguments.get(1, "fill_with", None.NONE);
    evaluator.budget().elements(fill == None.NONE ? 0 : size);
    List<Object> batches = new ArrayList<>();
    for (int from = 0; from < elements.size(); from += size) {
      List<Object> batch =
          new ArrayList<>(elements.subList(from, Math.min(elements.size(), from + size)));
      while (fill != None.NONE && batch.size() < size) {
        batch.add(fill);
      }
      batches.add(batch);
    }
    return batches;
  }

  private static Object joined(Evaluator evaluator, Object value, Arguments arguments) {
    arguments.within("d", "attribute");
    Object attribute = arguments.get(1, "attribute", None.NONE);
    List<Object> texts = new ArrayList<>();
    for (Object each : elements(evaluator, value)) {
      texts.add(Values.text(attribute(evaluator, each, attribute), evaluator.budget()));
    }
    return TextMethods.join(arguments.text(0, "d", ""), texts, evaluator.budget());
  }

  /** The element behind a path such as {@code a.b.0}; the element itself for none. */
  private static Object attribute(Evaluator evaluator, Object element, Object path) {
    if (path == None.NONE) {
      return element;
    }
    if (!(path instanceof String names)) {
      return Attributes.item(element, path, evaluator.budget());
    }
    Object value = element;
    for (String name : names.split("\\.", 64)) {
      evaluator.budget().step(1);
      Object key = name.matches("\\d{1,9}") ? (Object) Long.valueOf(name) : name;
      value = Attributes.item(value, key, evaluator.budget());
    }
    return value;
  }

  private static Object mapped(Evaluator evaluator, Object value, Arguments arguments) {
    List<Object> mapped = new ArrayList<>();
    boolean byAttribute = arguments.positional().isEmpty();
    Object attribute = byAttribute ? arguments.required(0, "attribute") : None.NONE;
    Object fallback = arguments.get(9, "default", None.NONE);
    for (Object each : elements(evaluator, value)) {
      Object made =
          byAttribute
              ? attribute(evaluator, each, attribute)
              : evaluator.filtered(
                  Values.string(arguments.positional().get(0)), each, rest(arguments, 1));
      mapped.add(
          byAttribute && made instanceof Undefined && fallback != None.NONE ? fallback : made);
    }
    return mapped;
  }

  private static Arguments rest(Arguments arguments, int from) {
    List<Object> all = arguments.positional();
    return new Arguments(all.subList(Math.min(from, all.size()), all.size()), arguments.named());
  }

  private static Predicate<Object> passes(Evaluator evaluator, Arguments arguments, int at) {
    if (arguments.positional().size() <= at) {
      return Values::isTrue;
    }
    String test = Values.string(arguments.positional().get(at));
    Arguments others = rest(arguments, at + 1);
    return each -> evaluator.tested(test, each, others);
  }

  private static Predicate<Object> attributePasses(Evaluator evaluator, Arguments arguments) {
    Object path = arguments.required(0, "attribute");
    Predicate<Object> passes = passes(evaluator, arguments, 1);
    return each -> passes.test(attribute(evaluator, each, path));
  }

  private static List<Object> selected(
      Evaluator evaluator, Object value, Predicate<Object> passes) {
    List<Object> selected = new ArrayList<>(elements(evaluator, value));
    selected.removeIf(passes.negate());
    return selected;
  }

  private static List<Object> sorted(
      Evaluator evaluator, Object value, Arguments arguments, int caseAt, int attributeAt) {
    boolean caseSensitive = arguments.flag(caseAt, "case_sensitive", false);
    Object path = arguments.get(attributeAt, "attribute", None.NONE);
    List<Object> elements = elements(evaluator, value);
    elements.sort(
        by(evaluator, each -> key(evaluator, attribute(evaluator, each, path), caseSensitive)));
    return elements;
  }

  private static <T> Comparator<T> by(
      Evaluator evaluator, java.util.function.Function<T, Object> key) {
    return (one, other) -> {
      evaluator.budget().step(1);
      return Values.compare(key.apply(one), key.apply(other), evaluator.budget());
    };
  }

  private static Object key(Evaluator evaluator, Object value, boolean caseSensitive) {
    return value instanceof String text && !caseSensitive
        ? LetterCase.lower(evaluator.budget().text(text))
        : value;
  }

  private static Object sortedItems(Evaluator evaluator, Object value, Arguments arguments) {
    arguments.within("case_sensitive", "by", "reverse");
    boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
    int part = arguments.text(1, "by", "key").equals("value") ? 1 : 0;
    List<Object> items = Attributes.items(Values.map(value), evaluator.budget());
    items.sort(by(evaluator, item -> key(evaluator, ((List<?>) item).get(part), caseSensitive)));
    return arguments.flag(2, "reverse", false) ? reversed(items) : items;
  }

  private static Object sum(Evaluator evaluator, Object value, Arguments arguments) {
    Object sum = arguments.within("attribute", "start").get(1, "start", 0L);
    Object path = arguments.get(0, "attribute", None.NONE);
    for (Object each : elements(evaluator, value)) {
      sum = Operators.apply("+", sum, attribute(evaluator, each, path), evaluator.budget());
    }
    return sum;
  }

  private static Object unique(Evaluator evaluator, Object value, Arguments arguments) {
    arguments.within("case_sensitive", "attribute");
    boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
    Object path = arguments.get(1, "attribute", None.NONE);
    Map<Object, Object> seen = new LinkedHashMap<>();
    for (Object each : elements(evaluator, value)) {
      Object key = key(evaluator, attribute(evaluator, each, path), caseSensitive);
      if (!Sequences.isKey(key)) {
        throw Values.wrong("texts or numbers", key);
      }
      seen.putIfAbsent(key, each);
    }
    return new ArrayList<>(seen.values());
  }
}
