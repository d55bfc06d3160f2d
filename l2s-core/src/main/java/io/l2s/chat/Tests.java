package io.l2s.chat;

import io.l2s.LetterCase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tests behind {@code is} by their names. */
final class Tests {

  static final Map<String, Property> ALL = all();

  private Tests() {}

  private static Map<String, Property> all() {
    Map<String, Property> all = new TreeMap<>();
    all.put("defined", (b, v, a) -> !(v instanceof Undefined));
    all.put("undefined", (b, v, a) -> v instanceof Undefined);
    all.put("none", (b, v, a) -> v == None.NONE);
    all.put("boolean", (b, v, a) -> v instanceof Boolean);
    all.put("true", (b, v, a) -> v.equals(true));
    all.put("false", (b, v, a) -> v.equals(false));
    all.put("integer", (b, v, a) -> v instanceof Long);
    all.put("float", (b, v, a) -> v instanceof Double);
    all.put("number", (b, v, a) -> Values.number(v) != null);
    all.put("string", (b, v, a) -> v instanceof String);
    all.put("mapping", (b, v, a) -> v instanceof Map);
    all.put("iterable", (b, v, a) -> isSequence(v) || v instanceof Undefined);
    all.put("sequence", (b, v, a) -> isSequence(v));
    all.put("callable", (b, v, a) -> v instanceof Callable);
    all.put("escaped", (b, v, a) -> false);
    all.put("sameas", (b, v, a) -> same(v, other(a)));
    all.put("in", (b, v, a) -> Values.contains(other(a), v, b));
    all.put("odd", (b, v, a) -> remainder(v, 2L, b) == 1);
    all.put("even", (b, v, a) -> remainder(v, 2L, b) == 0);
    all.put("divisibleby", (b, v, a) -> remainder(v, other(a), b) == 0);
    all.put("lower", (b, v, a) -> cased(v, b).equals(LetterCase.lower(cased(v, b))));
    all.put("upper", (b, v, a) -> cased(v, b).equals(LetterCase.upper(cased(v, b))));
    Property equal = (b, v, a) -> Values.equal(v, other(a), b);
    Property unequal = (b, v, a) -> !Values.equal(v, other(a), b);
    Property less = (b, v, a) -> Values.compare(v, other(a), b) < 0;
    Property lessOrEqual = (b, v, a) -> Values.compare(v, other(a), b) <= 0;
    Property greater = (b, v, a) -> Values.compare(v, other(a), b) > 0;
    Property greaterOrEqual = (b, v, a) -> Values.compare(v, other(a), b) >= 0;
    List.of("eq", "equalto", "==").forEach(name -> all.put(name, equal));
    List.of("ne", "!=").forEach(name -> all.put(name, unequal));
    List.of("lt", "lessthan", "<").forEach(name -> all.put(name, less));
    List.of("le", "<=").forEach(name -> all.put(name, lessOrEqual));
    List.of("gt", "greaterthan", ">").forEach(name -> all.put(name, greater));
    List.of("ge", ">=").forEach(name -> all.put(name, greaterOrEqual));
    return Map.copyOf(all);
  }

  private static String cased(Object value, Budget budget) {
    return budget.text(Values.string(value));
  }

  private static Object other(Arguments arguments) {
    return arguments.required(0, "other");
  }

  private static boolean isSequence(Object value) {
    return value instanceof String || value instanceof List || value instanceof Map;
  }

  private static boolean same(Object value, Object other) {
    return value == other || !isSequence(value) && value.equals(other);
  }

  private static double remainder(Object value, Object divisor, Budget budget) {
    return ((Number) Operators.apply("%", value, divisor, budget)).doubleValue();
  }
}
