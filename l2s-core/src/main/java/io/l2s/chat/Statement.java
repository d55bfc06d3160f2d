package io.l2s.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template that writes text or changes names. Lines are counted from 1. */
sealed interface Statement {

  int line();

  record Text(int line, String text) implements Statement {}

  record Output(int line, Expression value) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  /**
   * @param targets one name, or several into which each element is taken apart
   * @param filter what an element must fulfill; null: all do
   */
  record For(
      int line,
      List<String> targets,
      Expression elements,
      @Nullable Expression filter,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  /** Sets one name, or several from one value's elements. */
  record Assign(int line, List<String> targets, Expression value) implements Statement {}

  /** Sets an attribute of a namespace. */
  record AssignAttribute(int line, String namespace, String name, Expression value)
      implements Statement {}

  /** Sets a name to the text that {@code body} writes, as {@code value} makes it of that text. */
  record AssignText(int line, String target, String written, Expression value, List<Statement> body)
      implements Statement {}

  /** Writes what {@code value} makes of the text that {@code body} writes. */
  record FilterText(int line, String written, Expression value, List<Statement> body)
      implements Statement {}

  record Macro(int line, String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  /**
   * @param fallback null for a parameter without one
   */
  record Parameter(String name, @Nullable Expression fallback) {}

  /** Calls a macro, which reaches {@code caller} as {@code caller()}. */
  record CallBlock(int line, Macro caller, Expression call) implements Statement {}

  /** A body whose names end with it, with names of its own. */
  record Scoped(int line, List<Parameter> names, List<Statement> body) implements Statement {}
}
