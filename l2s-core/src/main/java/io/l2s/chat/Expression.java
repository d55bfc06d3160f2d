package io.l2s.chat;

import java.util.List;
import java.util.Map;

/** A part of a template that has a value. Lines are counted from 1. */
sealed interface Expression {

  int line();

  record Constant(int line, Object value) implements Expression {}

  record Name(int line, String name) implements Expression {}

  record ListLiteral(int line, List<Expression> items, boolean tuple) implements Expression {}

  record DictLiteral(int line, List<Entry> entries) implements Expression {}

  record Entry(Expression key, Expression value) {}

  /** {@code then if condition else otherwise}. */
  record Conditional(int line, Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  record And(int line, Expression left, Expression right) implements Expression {}

  record Or(int line, Expression left, Expression right) implements Expression {}

  record Not(int line, Expression operand) implements Expression {}

  /** A chain such as {@code a < b <= c}. */
  record Comparison(int line, Expression first, List<Operand> operands) implements Expression {}

  record Operand(String operator, Expression value) {}

  record Arithmetic(int line, String operator, Expression left, Expression right)
      implements Expression {}

  record Concatenation(int line, List<Expression> parts) implements Expression {}

  record Negation(int line, Expression operand) implements Expression {}

  record Attribute(int line, Expression target, String name) implements Expression {}

  record Item(int line, Expression target, Expression key) implements Expression {}

  /** Bounds left out are the constant none. */
  record Slice(int line, Expression target, Expression from, Expression to, Expression step)
      implements Expression {}

  record Call(int line, Expression target, Arguments arguments) implements Expression {}

  record Filtered(int line, Expression target, String filter, Arguments arguments)
      implements Expression {}

  record Tested(int line, Expression target, String test, Arguments arguments)
      implements Expression {}

  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
