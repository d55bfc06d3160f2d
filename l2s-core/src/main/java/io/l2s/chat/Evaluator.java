package io.l2s.chat;

import io.l2s.chat.Expression.And;
import io.l2s.chat.Expression.Arithmetic;
import io.l2s.chat.Expression.Attribute;
import io.l2s.chat.Expression.Call;
import io.l2s.chat.Expression.Comparison;
import io.l2s.chat.Expression.Concatenation;
import io.l2s.chat.Expression.Conditional;
import io.l2s.chat.Expression.Constant;
import io.l2s.chat.Expression.DictLiteral;
import io.l2s.chat.Expression.Entry;
import io.l2s.chat.Expression.Filtered;
import io.l2s.chat.Expression.Item;
import io.l2s.chat.Expression.ListLiteral;
import io.l2s.chat.Expression.Name;
import io.l2s.chat.Expression.Negation;
import io.l2s.chat.Expression.Not;
import io.l2s.chat.Expression.Operand;
import io.l2s.chat.Expression.Or;
import io.l2s.chat.Expression.Slice;
import io.l2s.chat.Expression.Tested;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of expressions within one rendering. */
final class Evaluator {

  private final Budget budget;
  private int line;

  Evaluator(Budget budget) {
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  /** The line last worked on, where an error stands. */
  int line() {
    return line;
  }

  void at(int line) {
    this.line = line;
  }

  Object value(Expression expression, Scope scope) {
    budget.enter();
    line = expression.line();
    Object value = evaluated(expression, scope);
    budget.leave();
    return value;
  }

  boolean isTrue(Expression expression, Scope scope) {
    return Values.isTrue(value(expression, scope));
  }

  private Object evaluated(Expression expression, Scope scope) {
    if (expression instanceof Constant constant) {
      return constant.value();
    }
    if (expression instanceof Name name) {
      return scope.get(name.name());
    }
    if (expression instanceof Attribute attribute) {
      return Attributes.of(value(attribute.target(), scope), attribute.name(), budget);
    }
    if (expression instanceof Item item) {
      Object target = value(item.target(), scope);
      return Attributes.item(target, value(item.key(), scope), budget);
    }
    if (expression instanceof Slice slice) {
      return Sequences.slice(
          value(slice.target(), scope),
          value(slice.from(), scope),
          value(slice.to(), scope),
          value(slice.step(), scope),
          budget);
    }
    if (expression instanceof And and) {
      Object left = value(and.left(), scope);
      return Values.isTrue(left) ? value(and.right(), scope) : left;
    }
    if (expression instanceof Or or) {
      Object left = value(or.left(), scope);
      return Values.isTrue(left) ? left : value(or.right(), scope);
    }
    if (expression instanceof Not not) {
      return !isTrue(not.operand(), scope);
    }
    if (expression instanceof Conditional conditional) {
      return isTrue(conditional.condition(), scope)
          ? value(conditional.then(), scope)
          : value(conditional.otherwise(), scope);
    }
    if (expression instanceof Comparison comparison) {
      return compared(comparison, scope);
    }
    return computed(expression, scope);
  }

  private Object computed(Expression expression, Scope scope) {
    if (expression instanceof Arithmetic arithmetic) {
      Object left = value(arithmetic.left(), scope);
      Object right = value(arithmetic.right(), scope);
      line = arithmetic.line();
      return Operators.apply(arithmetic.operator(), left, right, budget);
    }
    if (expression instanceof Concatenation concatenation) {
      StringBuilder text = new StringBuilder();
      for (Expression part : concatenation.parts()) {
        String next = Values.text(value(part, scope), budget);
        budget.characters((long) text.length() + next.length());
        text.append(next);
      }
      return text.toString();
    }
    if (expression instanceof Negation negation) {
      return Operators.apply("-", 0L, value(negation.operand(), scope), budget);
    }
    if (expression instanceof ListLiteral list) {
      budget.elements(list.items().size());
      List<Object> values = values(list.items(), scope);
      return list.tuple() ? new Tuple(values) : values;
    }
    if (expression instanceof DictLiteral dict) {
      Map<Object, Object> values = new LinkedHashMap<>();
      for (Entry entry : dict.entries()) {
        Object key = value(entry.key(), scope);
        if (!Sequences.isKey(key)) {
          throw Values.wrong("a text or number as a dict's key", key);
        }
        values.put(key, value(entry.value(), scope));
      }
      return values;
    }
    if (expression instanceof Filtered filtered) {
      Object target = value(filtered.target(), scope);
      Arguments arguments = arguments(filtered.arguments(), scope);
      line = filtered.line();
      return filtered(filtered.filter(), target, arguments);
    }
    if (expression instanceof Tested tested) {
      Object target = value(tested.target(), scope);
      Arguments arguments = arguments(tested.arguments(), scope);
      line = tested.line();
      return tested(tested.test(), target, arguments);
    }
    Call call = (Call) expression;
    Object target = value(call.target(), scope);
    Arguments arguments = arguments(call.arguments(), scope);
    line = call.line();
    return called(target, arguments);
  }

  private boolean compared(Comparison comparison, Scope scope) {
    Object left = value(comparison.first(), scope);
    for (Operand operand : comparison.operands()) {
      Object right = value(operand.value(), scope);
      line = comparison.line();
      if (!holds(operand.operator(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean holds(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right, budget);
      case "!=" -> !Values.equal(left, right, budget);
      case "in" -> Values.contains(right, left, budget);
      case "not in" -> !Values.contains(right, left, budget);
      case "<" -> Values.compare(left, right, budget) < 0;
      case "<=" -> Values.compare(left, right, budget) <= 0;
      case ">" -> Values.compare(left, right, budget) > 0;
      default -> Values.compare(left, right, budget) >= 0;
    };
  }

  Object called(Object target, Arguments arguments) {
    if (target instanceof Callable callable) {
      return callable.call(arguments);
    }
    throw Values.wrong("something to call", target);
  }

  /** The result of a known filter for {@code target}. */
  Object filtered(String filter, Object target, Arguments arguments) {
    Filter known = Filters.ALL.get(filter);
    if (known == null) {
      throw new TemplateError("the filter \"" + filter + "\" is unknown");
    }
    budget.step(1);
    if (target instanceof String text) {
      budget.text(text);
    }
    return known.apply(this, target, arguments);
  }

  boolean tested(String test, Object target, Arguments arguments) {
    Property known = Tests.ALL.get(test);
    if (known == null) {
      throw new TemplateError("the test \"" + test + "\" is unknown");
    }
    budget.step(1);
    return known.holds(budget, target, arguments);
  }

  private List<Object> values(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>();
    for (Expression each : expressions) {
      values.add(value(each, scope));
    }
    return values;
  }

  Arguments arguments(Expression.Arguments arguments, Scope scope) {
    if (arguments == Expression.Arguments.NONE) {
      return Arguments.NONE;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, each) -> named.put(name, value(each, scope)));
    return new Arguments(values(arguments.positional(), scope), named);
  }
}
