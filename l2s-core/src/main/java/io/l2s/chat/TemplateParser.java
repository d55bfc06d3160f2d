package io.l2s.chat;

import io.l2s.chat.Expression.Name;
import io.l2s.chat.Statement.Assign;
import io.l2s.chat.Statement.AssignAttribute;
import io.l2s.chat.Statement.AssignText;
import io.l2s.chat.Statement.Branch;
import io.l2s.chat.Statement.Break;
import io.l2s.chat.Statement.CallBlock;
import io.l2s.chat.Statement.Continue;
import io.l2s.chat.Statement.FilterText;
import io.l2s.chat.Statement.For;
import io.l2s.chat.Statement.If;
import io.l2s.chat.Statement.Macro;
import io.l2s.chat.Statement.Output;
import io.l2s.chat.Statement.Parameter;
import io.l2s.chat.Statement.Scoped;
import io.l2s.chat.Statement.Text;
import io.l2s.chat.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template by the grammar of Jinja 3.1. */
final class TemplateParser {

  private static final int MAX_DEPTH = 50;

  /** No name of a template can be this one. */
  private static final String WRITTEN = " written";

  private final TokenStream in;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;

  TemplateParser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  List<Statement> template() {
    List<Statement> all = statements(Set.of());
    if (in.peek().kind() != Kind.END) {
      throw in.unexpected("a statement");
    }
    return all;
  }

  /** Statements up to a block whose name is in {@code ends}; the name is the next token. */
  private List<Statement> statements(Set<String> ends) {
    if (++depth > MAX_DEPTH) {
      throw new TemplateError("nests more than " + MAX_DEPTH + " blocks");
    }
    List<Statement> statements = new ArrayList<>();
    while (in.peek().kind() != Kind.END) {
      Token token = in.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Text(token.line(), token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Output(token.line(), expressions.tuple()));
          in.expect(Kind.OUTPUT_END);
        }
        default -> {
          if (in.peek().kind() == Kind.NAME && ends.contains(in.peek().text())) {
            depth--;
            return statements;
          }
          statements.add(block(token.line()));
        }
      }
    }
    if (!ends.isEmpty()) {
      throw in.unexpected(String.join(" or ", ends.stream().sorted().toList()));
    }
    depth--;
    return statements;
  }

  /** The statements up to the block {@code end}, that block included. */
  private List<Statement> bodyTo(String end) {
    List<Statement> body = statements(Set.of(end));
    in.expectName(end);
    in.expect(Kind.BLOCK_END);
    return body;
  }

  private Statement block(int line) {
    String name = in.expect(Kind.NAME).text();
    return switch (name) {
      case "if" -> branches(line);
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> {
        String macro = in.expect(Kind.NAME).text();
        yield macro(line, macro, parameters(), "endmacro");
      }
      case "call" -> callBlock(line);
      case "filter" -> {
        Expression value = writtenThroughFilters(expressions.filter(line, written(line)));
        in.expect(Kind.BLOCK_END);
        yield new FilterText(line, WRITTEN, value, bodyTo("endfilter"));
      }
      case "with" -> with(line);
      case "generation" -> {
        in.expect(Kind.BLOCK_END);
        yield new Scoped(line, List.of(), bodyTo("endgeneration"));
      }
      case "break", "continue" -> {
        if (loops == 0) {
          throw new TemplateError("\"" + name + "\" stands outside of a loop");
        }
        in.expect(Kind.BLOCK_END);
        yield name.equals("break") ? new Break(line) : new Continue(line);
      }
      default -> throw new TemplateError("the tag \"" + name + "\" is unknown");
    };
  }

  private Statement branches(int line) {
    List<Branch> branches = new ArrayList<>();
    Set<String> ends = Set.of("elif", "else", "endif");
    do {
      Expression condition = expressions.expression();
      in.expect(Kind.BLOCK_END);
      branches.add(new Branch(condition, statements(ends)));
    } while (in.skipName("elif"));
    List<Statement> otherwise = List.of();
    if (in.skipName("else")) {
      in.expect(Kind.BLOCK_END);
      otherwise = statements(Set.of("endif"));
    }
    in.expectName("endif");
    in.expect(Kind.BLOCK_END);
    return new If(line, branches, otherwise);
  }

  private Statement loop(int line) {
    List<String> targets = targets();
    in.expectName("in");
    Expression elements = expressions.loopElements();
    Expression filter = in.skipName("if") ? expressions.expression() : null;
    if (in.peek().isName("recursive")) {
      throw new TemplateError("recursive loops are not supported");
    }
    in.expect(Kind.BLOCK_END);
    loops++;
    List<Statement> body = statements(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (in.skipName("else")) {
      in.expect(Kind.BLOCK_END);
      otherwise = statements(Set.of("endfor"));
    }
    in.expectName("endfor");
    in.expect(Kind.BLOCK_END);
    return new For(line, targets, elements, filter, body, otherwise);
  }

  private List<String> targets() {
    boolean bracketed = in.skipOperator("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(in.expect(Kind.NAME).text());
    } while (in.skipOperator(",") && in.peek().kind() == Kind.NAME && !in.peek().isName("in"));
    if (bracketed) {
      in.expectOperator(")");
    }
    return names;
  }

  private Statement assignment(int line) {
    if (in.peekSecond().isOperator(".")) {
      String namespace = in.expect(Kind.NAME).text();
      in.expectOperator(".");
      String name = in.expect(Kind.NAME).text();
      in.expectOperator("=");
      Statement set = new AssignAttribute(line, namespace, name, expressions.tuple());
      in.expect(Kind.BLOCK_END);
      return set;
    }
    List<String> targets = targets();
    if (in.skipOperator("=")) {
      Statement set = new Assign(line, targets, expressions.tuple());
      in.expect(Kind.BLOCK_END);
      return set;
    }
    Expression value = writtenThroughFilters(written(line));
    in.expect(Kind.BLOCK_END);
    return new AssignText(line, targets.get(0), WRITTEN, value, bodyTo("endset"));
  }

  private static Expression written(int line) {
    return new Name(line, WRITTEN);
  }

  private Expression writtenThroughFilters(Expression written) {
    Expression value = written;
    while (in.skipOperator("|")) {
      value = expressions.filter(in.line(), value);
    }
    return value;
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    in.expectOperator("(");
    while (!in.skipOperator(")")) {
      String name = in.expect(Kind.NAME).text();
      parameters.add(new Parameter(name, in.skipOperator("=") ? expressions.expression() : null));
      if (!in.peek().isOperator(")")) {
        in.expectOperator(",");
      }
    }
    return parameters;
  }

  private Macro macro(int line, String name, List<Parameter> parameters, String end) {
    in.expect(Kind.BLOCK_END);
    int outer = loops;
    loops = 0;
    List<Statement> body = bodyTo(end);
    loops = outer;
    return new Macro(line, name, parameters, body);
  }

  private Statement callBlock(int line) {
    List<Parameter> parameters = in.peek().isOperator("(") ? parameters() : List.of();
    Expression call = expressions.expression();
    if (!(call instanceof Expression.Call)) {
      throw new TemplateError("a call block needs a call");
    }
    return new CallBlock(line, macro(line, "caller", parameters, "endcall"), call);
  }

  private Statement with(int line) {
    List<Parameter> names = new ArrayList<>();
    while (in.peek().kind() != Kind.BLOCK_END) {
      String name = in.expect(Kind.NAME).text();
      in.expectOperator("=");
      names.add(new Parameter(name, expressions.expression()));
      if (in.peek().kind() != Kind.BLOCK_END) {
        in.expectOperator(",");
      }
    }
    in.expect(Kind.BLOCK_END);
    return new Scoped(line, names, bodyTo("endwith"));
  }
}
