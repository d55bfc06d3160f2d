package io.l2s.chat;

import io.l2s.chat.Expression.And;
import io.l2s.chat.Expression.Arithmetic;
import io.l2s.chat.Expression.Comparison;
import io.l2s.chat.Expression.Concatenation;
import io.l2s.chat.Expression.Conditional;
import io.l2s.chat.Expression.Constant;
import io.l2s.chat.Expression.ListLiteral;
import io.l2s.chat.Expression.Negation;
import io.l2s.chat.Expression.Not;
import io.l2s.chat.Expression.Operand;
import io.l2s.chat.Expression.Or;
import io.l2s.chat.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads expressions by the grammar of Jinja 3.1, weakest operators first. */
final class ExpressionParser {

  private static final int MAX_DEPTH = 100;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final TokenStream in;
  private final OperandParser operands;
  private int depth;

  ExpressionParser(TokenStream in) {
    this.in = in;
    this.operands = new OperandParser(in, this);
  }

  Expression expression() {
    return nested(this::conditional);
  }

  /** An expression, or a list of several that commas part. */
  Expression tuple() {
    return tuple(this::expression);
  }

  /** As {@link #tuple}, without a condition, which a loop takes as its filter. */
  Expression loopElements() {
    return tuple(() -> nested(this::or));
  }

  private Expression tuple(Supplier<Expression> element) {
    int line = in.line();
    Expression first = element.get();
    if (!in.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (in.skipOperator(",") && !endsTuple()) {
      items.add(element.get());
    }
    return new ListLiteral(line, items, true);
  }

  private boolean endsTuple() {
    return in.peek().kind() == Kind.BLOCK_END
        || in.peek().kind() == Kind.OUTPUT_END
        || in.peek().isOperator(")");
  }

  private Expression nested(Supplier<Expression> part) {
    if (++depth > MAX_DEPTH) {
      throw new TemplateError("nests more than " + MAX_DEPTH + " levels deep");
    }
    Expression read = part.get();
    depth--;
    return read;
  }

  private Expression conditional() {
    int line = in.line();
    Expression then = or();
    while (in.skipName("if")) {
      Expression condition = or();
      Expression otherwise =
          in.skipName("else")
              ? nested(this::conditional)
              : new Constant(line, new Undefined("the value of an if without else is undefined"));
      then = new Conditional(line, condition, then, otherwise);
    }
    return then;
  }

  private Expression or() {
    Expression left = and();
    while (in.peek().isName("or")) {
      left = new Or(in.next().line(), left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (in.peek().isName("and")) {
      left = new And(in.next().line(), left, not());
    }
    return left;
  }

  private Expression not() {
    if (in.peek().isName("not")) {
      int line = in.next().line();
      return new Not(line, nested(this::not));
    }
    return comparison();
  }

  private Expression comparison() {
    int line = in.line();
    Expression first = sum();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      Token token = in.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        in.next();
        operands.add(new Operand(token.text(), sum()));
      } else if (in.skipName("in")) {
        operands.add(new Operand("in", sum()));
      } else if (token.isName("not") && in.peekSecond().isName("in")) {
        in.next();
        in.next();
        operands.add(new Operand("not in", sum()));
      } else {
        return operands.isEmpty() ? first : new Comparison(line, first, operands);
      }
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (in.peek().isOperator("+") || in.peek().isOperator("-")) {
      Token operator = in.next();
      left = new Arithmetic(operator.line(), operator.text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    int line = in.line();
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (in.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Concatenation(line, parts);
  }

  private Expression product() {
    Expression left = power();
    while (in.peek().kind() == Kind.OPERATOR && PRODUCTS.contains(in.peek().text())) {
      Token operator = in.next();
      left = new Arithmetic(operator.line(), operator.text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (in.peek().isOperator("**")) {
      left = new Arithmetic(in.next().line(), "**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    int line = in.line();
    Expression value;
    if (in.skipOperator("-")) {
      value = new Negation(line, nested(() -> unary(false)));
    } else if (in.skipOperator("+")) {
      value = nested(() -> unary(false));
    } else {
      value = operands.primary();
    }
    value = operands.postfix(value);
    return withFilters ? operands.filters(value) : value;
  }

  /** The filter whose name comes next, of {@code target}. */
  Expression filter(int line, Expression target) {
    return operands.filter(line, target);
  }
}
