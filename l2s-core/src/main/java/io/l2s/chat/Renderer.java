package io.l2s.chat;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the statements of a template once. */
final class Renderer {

  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator;
  private final Budget budget;
  private StringBuilder out = new StringBuilder();

  Renderer(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.budget = evaluator.budget();
  }

  /** The text that {@code statements} write. */
  String text(List<Statement> statements, Scope scope) {
    StringBuilder outer = out;
    out = new StringBuilder();
    run(statements, scope);
    String text = out.toString();
    out = outer;
    return text;
  }

  private Flow run(List<Statement> statements, Scope scope) {
    for (Statement each : statements) {
      budget.enter();
      evaluator.at(each.line());
      Flow flow = run(each, scope);
      budget.leave();
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Statement statement, Scope scope) {
    if (statement instanceof If branches) {
      return branch(branches, scope);
    }
    if (statement instanceof Scoped scoped) {
      Scope inner = new Scope(scope);
      scoped.names().forEach(each -> inner.set(each.name(), fallback(each, scope)));
      return run(scoped.body(), inner);
    }
    if (statement instanceof Break) {
      return Flow.BREAK;
    }
    if (statement instanceof Continue) {
      return Flow.CONTINUE;
    }
    if (statement instanceof Text text) {
      write(text.text());
    } else if (statement instanceof Output output) {
      write(Values.text(evaluator.value(output.value(), scope), budget));
    } else if (statement instanceof For loop) {
      loop(loop, scope);
    } else if (statement instanceof Macro macro) {
      scope.set(macro.name(), macro(macro, scope));
    } else if (statement instanceof CallBlock block) {
      write(Values.text(call(block, scope), budget));
    } else {
      assign(statement, scope);
    }
    return Flow.NEXT;
  }

  private void assign(Statement statement, Scope scope) {
    if (statement instanceof Assign assign) {
      assign(assign.targets(), evaluator.value(assign.value(), scope), scope);
    } else if (statement instanceof AssignAttribute assign) {
      Object value = evaluator.value(assign.value(), scope);
      if (!(scope.get(assign.namespace()) instanceof Namespace namespace)) {
        throw new TemplateError("\"" + assign.namespace() + "\" is no namespace");
      }
      namespace.values().put(assign.name(), value);
    } else if (statement instanceof AssignText assign) {
      Scope inner = new Scope(scope);
      inner.set(assign.written(), text(assign.body(), new Scope(scope)));
      scope.set(assign.target(), evaluator.value(assign.value(), inner));
    } else if (statement instanceof FilterText filter) {
      Scope inner = new Scope(scope);
      inner.set(filter.written(), text(filter.body(), new Scope(scope)));
      write(Values.text(evaluator.value(filter.value(), inner), budget));
    }
  }

  private void assign(List<String> targets, Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.get(0), value);
      return;
    }
    List<Object> parts = Sequences.elements(value, budget);
    if (parts.size() != targets.size()) {
      throw new TemplateError(
          "takes a value apart into " + targets.size() + " names, but it has " + parts.size());
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private Flow branch(If branches, Scope scope) {
    for (Branch each : branches.branches()) {
      if (evaluator.isTrue(each.condition(), scope)) {
        return run(each.body(), scope);
      }
    }
    return run(branches.otherwise(), scope);
  }

  private void loop(For loop, Scope scope) {
    List<Object> elements = Sequences.elements(evaluator.value(loop.elements(), scope), budget);
    if (loop.filter() != null) {
      List<Object> kept = new ArrayList<>();
      for (Object each : elements) {
        Scope inner = new Scope(scope);
        assign(loop.targets(), each, inner);
        if (evaluator.isTrue(loop.filter(), inner)) {
          kept.add(each);
        }
      }
      elements = kept;
    }
    Loop state = new Loop(elements);
    for (int i = 0; i < elements.size(); i++) {
      budget.step(1);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      assign(loop.targets(), state.next(), inner);
      if (run(loop.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    if (elements.isEmpty()) {
      run(loop.otherwise(), new Scope(scope));
    }
  }

  private Callable macro(Macro macro, Scope scope) {
    return arguments -> {
      budget.enter();
      List<Parameter> parameters = macro.parameters();
      if (arguments.positional().size() > parameters.size()) {
        throw new TemplateError(
            "the macro \"" + macro.name() + "\" takes at most " + parameters.size() + " arguments");
      }
      Map<String, Object> left = new LinkedHashMap<>(arguments.named());
      Scope inner = new Scope(scope);
      for (int i = 0; i < parameters.size(); i++) {
        Object named = left.remove(parameters.get(i).name());
        Object given = i < arguments.positional().size() ? arguments.positional().get(i) : named;
        inner.set(
            parameters.get(i).name(), given != null ? given : fallback(parameters.get(i), inner));
      }
      Object caller = left.remove("caller");
      if (caller != null) {
        inner.set("caller", caller);
      }
      if (!left.isEmpty()) {
        throw new TemplateError(
            "the macro \"" + macro.name() + "\" has no parameters " + left.keySet());
      }
      String text = text(macro.body(), inner);
      budget.leave();
      return text;
    };
  }

  private Object fallback(Parameter parameter, Scope scope) {
    return parameter.fallback() == null
        ? new Undefined("the parameter \"" + parameter.name() + "\" was not given")
        : evaluator.value(parameter.fallback(), scope);
  }

  private Object call(CallBlock block, Scope scope) {
    Expression.Call call = (Expression.Call) block.call();
    Object target = evaluator.value(call.target(), scope);
    Arguments arguments = evaluator.arguments(call.arguments(), scope);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    named.put("caller", macro(block.caller(), scope));
    return evaluator.called(target, new Arguments(arguments.positional(), named));
  }

  private void write(String text) {
    if ((long) out.length() + text.length() > Budget.MAX_TEXT) {
      budget.characters((long) out.length() + text.length());
    }
    out.append(text);
  }
}
