package io.l2s.chat;

import io.l2s.chat.Expression.Arguments;
import io.l2s.chat.Expression.Attribute;
import io.l2s.chat.Expression.Call;
import io.l2s.chat.Expression.Constant;
import io.l2s.chat.Expression.DictLiteral;
import io.l2s.chat.Expression.Entry;
import io.l2s.chat.Expression.Filtered;
import io.l2s.chat.Expression.Item;
import io.l2s.chat.Expression.ListLiteral;
import io.l2s.chat.Expression.Name;
import io.l2s.chat.Expression.Not;
import io.l2s.chat.Expression.Slice;
import io.l2s.chat.Expression.Tested;
import io.l2s.chat.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what stands between operators: literals, names, brackets, and the attributes, calls,
 * filters and tests behind them.
 */
final class OperandParser {

  private final TokenStream in;
  private final ExpressionParser expressions;

  OperandParser(TokenStream in, ExpressionParser expressions) {
    this.in = in;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = in.next();
    int line = token.line();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (in.peek().kind() == Kind.STRING) {
          text.append(in.next().text());
        }
        yield new Constant(line, text.toString());
      }
      case INTEGER -> new Constant(line, integer(token.text()));
      case FLOAT -> new Constant(line, Double.parseDouble(token.text()));
      case OPERATOR -> bracketed(token);
      default -> throw new TemplateError("expects an expression");
    };
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Constant(token.line(), true);
      case "false", "False" -> new Constant(token.line(), false);
      case "none", "None" -> new Constant(token.line(), None.NONE);
      default -> {
        if (!Character.isUnicodeIdentifierStart(token.text().codePointAt(0))
            && token.text().charAt(0) != '_') {
          throw new TemplateError("\"" + token.text() + "\" is no name");
        }
        yield new Name(token.line(), token.text());
      }
    };
  }

  private static Long integer(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      throw new TemplateError("the number " + digits + " is out of range");
    }
  }

  private Expression bracketed(Token opening) {
    int line = opening.line();
    switch (opening.text()) {
      case "(" -> {
        if (in.skipOperator(")")) {
          return new ListLiteral(line, List.of(), true);
        }
        Expression inner = expressions.tuple();
        in.expectOperator(")");
        return inner;
      }
      case "[" -> {
        List<Expression> items = new ArrayList<>();
        while (!in.skipOperator("]")) {
          items.add(expressions.expression());
          endOrComma("]");
        }
        return new ListLiteral(line, items, false);
      }
      case "{" -> {
        List<Entry> entries = new ArrayList<>();
        while (!in.skipOperator("}")) {
          Expression key = expressions.expression();
          in.expectOperator(":");
          entries.add(new Entry(key, expressions.expression()));
          endOrComma("}");
        }
        return new DictLiteral(line, entries);
      }
      default -> throw new TemplateError("unexpected \"" + opening.text() + "\"");
    }
  }

  private void endOrComma(String end) {
    if (!in.peek().isOperator(end)) {
      in.expectOperator(",");
    }
  }

  Expression postfix(Expression target) {
    Expression value = target;
    while (true) {
      int line = in.line();
      if (in.skipOperator(".")) {
        Token name = in.next();
        value =
            switch (name.kind()) {
              case NAME -> new Attribute(line, value, name.text());
              case INTEGER -> new Item(line, value, new Constant(line, integer(name.text())));
              default -> throw new TemplateError("expects a name after \".\"");
            };
      } else if (in.skipOperator("[")) {
        value = subscript(line, value);
        in.expectOperator("]");
      } else if (in.peek().isOperator("(")) {
        value = new Call(line, value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(int line, Expression target) {
    Expression none = new Constant(line, None.NONE);
    Expression from = in.peek().isOperator(":") ? none : expressions.expression();
    if (!in.skipOperator(":")) {
      return new Item(line, target, from);
    }
    Expression to = endsBound() ? none : expressions.expression();
    Expression step = in.skipOperator(":") && !endsBound() ? expressions.expression() : none;
    return new Slice(line, target, from, to, step);
  }

  private boolean endsBound() {
    return in.peek().isOperator(":") || in.peek().isOperator("]");
  }

  /** Filters, tests and calls of their results. */
  Expression filters(Expression target) {
    Expression value = target;
    while (true) {
      int line = in.line();
      if (in.skipOperator("|")) {
        value = filter(line, value);
      } else if (in.skipName("is")) {
        value = test(line, value);
      } else if (in.peek().isOperator("(")) {
        value = new Call(line, value, arguments());
      } else {
        return value;
      }
    }
  }

  /** The filter whose name comes next, of {@code target}. */
  Expression filter(int line, Expression target) {
    String name = in.expect(Kind.NAME).text();
    if (!Filters.ALL.containsKey(name)) {
      throw new TemplateError("the filter \"" + name + "\" is unknown");
    }
    return new Filtered(line, target, name, optionalArguments());
  }

  private Expression test(int line, Expression target) {
    boolean negated = in.skipName("not");
    String name = in.expect(Kind.NAME).text();
    if (!Tests.ALL.containsKey(name)) {
      throw new TemplateError("the test \"" + name + "\" is unknown");
    }
    Arguments arguments = Arguments.NONE;
    Token next = in.peek();
    if (next.isOperator("(")) {
      arguments = arguments();
    } else if (beginsPrimary(next)) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    } else if (next.isName("is")) {
      throw new TemplateError("chains tests");
    }
    Expression tested = new Tested(line, target, name, arguments);
    return negated ? new Not(line, tested) : tested;
  }

  private static boolean beginsPrimary(Token token) {
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and", "if", "is").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  private Arguments optionalArguments() {
    return in.peek().isOperator("(") ? arguments() : Arguments.NONE;
  }

  private Arguments arguments() {
    in.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!in.skipOperator(")")) {
      if (in.peek().kind() == Kind.NAME && in.peekSecond().isOperator("=")) {
        String name = in.next().text();
        in.next();
        named.put(name, expressions.expression());
      } else if (named.isEmpty()) {
        positional.add(expressions.expression());
      } else {
        throw new TemplateError("has an argument without a name behind one with a name");
      }
      endOrComma(")");
    }
    return new Arguments(positional, named);
  }
}
