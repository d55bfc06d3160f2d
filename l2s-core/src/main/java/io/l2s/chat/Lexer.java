package io.l2s.chat;

import io.l2s.chat.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a template into tokens as Jinja 3.1 does with {@code trim_blocks} and {@code
 * lstrip_blocks}, the settings of transformers.
 */
final class Lexer {

  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Character> open = new ArrayDeque<>();
  private int at;
  private int line = 1;
  private boolean lineStarts = true;

  Lexer(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  /** The line of the last token, or of the error. */
  int line() {
    return line;
  }

  /** All tokens, the last of them {@link Kind#END}. */
  List<Token> tokens() {
    while (at < source.length()) {
      readData();
    }
    tokens.add(new Token(Kind.END, "", line));
    return tokens;
  }

  /** Reads text up to the next tag, and the tag. */
  private void readData() {
    int tag = nextTag();
    if (tag < 0) {
      add(Kind.DATA, source.substring(at));
      advanceTo(source.length());
      return;
    }
    char kind = source.charAt(tag + 1);
    char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    String data = source.substring(at, tag);
    if (sign == '-') {
      data = PythonText.stripEnd(data);
    } else if (sign != '+' && kind != '{') {
      data = withoutIndent(data);
    }
    if (!data.isEmpty()) {
      add(Kind.DATA, data);
    }
    advanceTo(sign == '-' || sign == '+' ? tag + 3 : tag + 2);
    lineStarts = false;
    switch (kind) {
      case '#' -> skipComment();
      case '{' -> readTag(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, "}}");
      default -> {
        if (!readRaw()) {
          readTag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
        }
      }
    }
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Without the blanks between the line's beginning and the block. */
  private String withoutIndent(String data) {
    int lineBegin = data.lastIndexOf('\n') + 1;
    boolean blank = PythonText.isBlank(data.substring(lineBegin));
    return blank && (lineBegin > 0 || lineStarts) ? data.substring(0, lineBegin) : data;
  }

  private void skipComment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateError("a comment has no end");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    advanceTo(end + 2);
    afterBlock(sign);
  }

  /** Takes the line break behind a block, or all blanks where it ends in a minus. */
  private void afterBlock(char sign) {
    if (sign == '-') {
      skipBlanks();
      lineStarts = at > 0 && source.charAt(at - 1) == '\n';
    } else if (sign != '+' && source.startsWith("\n", at)) {
      advanceTo(at + 1);
      lineStarts = true;
    } else {
      lineStarts = false;
    }
  }

  /** Reads {@code raw … endraw} as text, if it is one. */
  private boolean readRaw() {
    int i = afterBlanks(at);
    if (!source.startsWith("raw", i)) {
      return false;
    }
    i = afterBlanks(i + 3);
    boolean strips = source.startsWith("-%}", i);
    if (!strips && !source.startsWith("%}", i)) {
      return false;
    }
    i += strips ? 3 : 2;
    int begin = strips ? afterBlanks(i) : i;
    for (int end = source.indexOf("{%", begin); end >= 0; end = source.indexOf("{%", end + 1)) {
      char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
      int name = afterBlanks(sign == '-' || sign == '+' ? end + 3 : end + 2);
      if (!source.startsWith("endraw", name)) {
        continue;
      }
      int close = afterBlanks(name + 6);
      char closeSign = close < source.length() ? source.charAt(close) : ' ';
      close += closeSign == '-' || closeSign == '+' ? 1 : 0;
      if (!source.startsWith("%}", close)) {
        continue;
      }
      String data = source.substring(begin, end);
      data = sign == '-' ? PythonText.stripEnd(data) : sign == '+' ? data : withoutIndent(data);
      if (!data.isEmpty()) {
        add(Kind.DATA, data);
      }
      advanceTo(close + 2);
      afterBlock(closeSign);
      return true;
    }
    throw new TemplateError("raw has no endraw");
  }

  private void readTag(Kind begin, Kind end, String closing) {
    add(begin, "");
    while (true) {
      skipBlanks();
      if (at >= source.length()) {
        throw new TemplateError("a tag has no end, \"" + closing + "\" is missing");
      }
      char sign = source.charAt(at);
      boolean signed = sign == '-' || sign == '+' && end == Kind.BLOCK_END;
      if (open.isEmpty() && source.startsWith(closing, signed ? at + 1 : at)) {
        add(end, "");
        advanceTo(at + (signed ? 3 : 2));
        if (end == Kind.BLOCK_END) {
          afterBlock(signed ? sign : ' ');
        } else if (signed) {
          skipBlanks();
        }
        return;
      }
      readToken(sign);
    }
  }

  private void readToken(char first) {
    if (first >= '0' && first <= '9') {
      readNumber();
    } else if (first == '"' || first == '\'') {
      readString(first);
    } else if (PythonText.isNamePart(source.codePointAt(at))) {
      int end = at;
      while (end < source.length() && PythonText.isNamePart(source.codePointAt(end))) {
        end += Character.charCount(source.codePointAt(end));
      }
      add(Kind.NAME, source.substring(at, end));
      advanceTo(end);
    } else {
      readOperator();
    }
  }

  private void readNumber() {
    boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
    int end = digitsFrom(at);
    boolean real = false;
    if (!afterDot && end + 1 < source.length() && source.charAt(end) == '.' && digit(end + 1)) {
      end = digitsFrom(end + 1);
      real = true;
    }
    if (!afterDot && end < source.length() && "eE".indexOf(source.charAt(end)) >= 0) {
      boolean signed = end + 1 < source.length() && "+-".indexOf(source.charAt(end + 1)) >= 0;
      if (digit(end + (signed ? 2 : 1))) {
        end = digitsFrom(end + (signed ? 2 : 1));
        real = true;
      }
    }
    add(real ? Kind.FLOAT : Kind.INTEGER, source.substring(at, end).replace("_", ""));
    advanceTo(end);
  }

  private boolean digit(int index) {
    return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '9';
  }

  private int digitsFrom(int index) {
    int end = index;
    while (digit(end) || end < source.length() && source.charAt(end) == '_' && digit(end + 1)) {
      end++;
    }
    return end;
  }

  private void readString(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new TemplateError("a string has no end");
    }
    add(Kind.STRING, PythonText.unescape(source.substring(at + 1, end)));
    advanceTo(end + 1);
  }

  private void readOperator() {
    for (String each : OPERATORS) {
      if (source.startsWith(each, at)) {
        balance(each.charAt(0));
        add(Kind.OPERATOR, each);
        advanceTo(at + each.length());
        return;
      }
    }
    throw new TemplateError("unexpected \"" + Character.toString(source.codePointAt(at)) + "\"");
  }

  private void balance(char operator) {
    int opening = "([{".indexOf(operator);
    if (opening >= 0) {
      open.push(")]}".charAt(opening));
    } else if (")]}".indexOf(operator) >= 0 && (open.isEmpty() || open.pop() != operator)) {
      throw new TemplateError("unexpected \"" + operator + "\"");
    }
  }

  private void skipBlanks() {
    advanceTo(afterBlanks(at));
  }

  private int afterBlanks(int from) {
    int end = from;
    while (end < source.length() && PythonText.isSpace(source.charAt(end))) {
      end++;
    }
    return end;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advanceTo(int end) {
    for (int i = at; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    at = end;
  }
}
