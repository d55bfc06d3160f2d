package io.l2s.chat;

import io.l2s.chat.Token.Kind;
import java.util.List;

/** Tokens and a place among them. */
final class TokenStream {

  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  int line() {
    return peek().line();
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean skipName(String text) {
    return skipIf(peek().isName(text));
  }

  boolean skipOperator(String text) {
    return skipIf(peek().isOperator(text));
  }

  private boolean skipIf(boolean matches) {
    if (matches) {
      next();
    }
    return matches;
  }

  Token expect(Kind kind) {
    if (peek().kind() != kind) {
      throw unexpected(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    }
    return next();
  }

  void expectOperator(String text) {
    if (!skipOperator(text)) {
      throw unexpected("\"" + text + "\"");
    }
  }

  void expectName(String text) {
    if (!skipName(text)) {
      throw unexpected("\"" + text + "\"");
    }
  }

  TemplateError unexpected(String wanted) {
    Token token = peek();
    String found =
        switch (token.kind()) {
          case NAME, INTEGER, FLOAT, OPERATOR -> "\"" + token.text() + "\"";
          case END -> "the end of the template";
          default -> token.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    return new TemplateError("expects " + wanted + ", but has " + found);
  }
}
