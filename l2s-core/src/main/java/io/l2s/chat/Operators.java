package io.l2s.chat;

import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic. */
final class Operators {

  private Operators() {}

  static Object apply(String operator, Object left, Object right, Budget budget) {
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    Number a = Values.number(left);
    Number b = Values.number(right);
    if (a != null && b != null) {
      return a instanceof Long one && b instanceof Long other
          ? integers(operator, one, other)
          : reals(operator, a.doubleValue(), b.doubleValue());
    }
    if (operator.equals("+") && left instanceof String one && right instanceof String other) {
      budget.characters((long) one.length() + other.length());
      return one + other;
    }
    if (operator.equals("+") && left instanceof List<?> one && right instanceof List<?> other) {
      budget.elements((long) one.size() + other.size());
      List<Object> joined = new ArrayList<>(one);
      joined.addAll(other);
      return joined;
    }
    if (operator.equals("*") && left instanceof String text && b instanceof Long count) {
      return repeated(text, count, budget);
    }
    if (operator.equals("*") && a instanceof Long count && right instanceof String text) {
      return repeated(text, count, budget);
    }
    if (operator.equals("*") && left instanceof List<?> list && b instanceof Long count) {
      long times = Math.max(0, count);
      budget.elements(times > Budget.MAX_ELEMENTS ? times : times * list.size());
      List<Object> repeated = new ArrayList<>();
      for (long i = 0; i < times && !list.isEmpty(); i++) {
        repeated.addAll(list);
      }
      return repeated;
    }
    throw new TemplateError(
        "cannot apply \""
            + operator
            + "\" to "
            + Values.typeOf(left)
            + " and "
            + Values.typeOf(right));
  }

  private static String repeated(String text, long count, Budget budget) {
    long times = text.isEmpty() ? 0 : Math.max(0, count);
    budget.characters(times > Budget.MAX_TEXT ? times : times * text.length());
    return text.repeat((int) times);
  }

  private static Object integers(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "/" -> (double) a / nonZero(b);
        case "//" -> Math.floorDiv(a, nonZero(b));
        case "%" -> Math.floorMod(a, nonZero(b));
        default -> power(a, b);
      };
    } catch (ArithmeticException e) {
      throw new TemplateError("the result of \"" + operator + "\" is out of range");
    }
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new TemplateError("divides by zero");
    }
    return divisor;
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow(base, exponent);
    }
    long result = 1;
    for (long i = 0; i < exponent && (base != 0 && base != 1 && base != -1 || i < 2); i++) {
      result = Math.multiplyExact(result, base);
    }
    return base == -1 ? (exponent % 2 == 0 ? 1L : -1L) : result;
  }

  private static Object reals(String operator, double a, double b) {
    if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateError("divides by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }
}
