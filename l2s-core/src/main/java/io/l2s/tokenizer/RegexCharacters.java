package io.l2s.tokenizer;

import java.util.Set;

/**
 * Reads what matches one character in the syntax of Oniguruma: literals, escapes, Unicode
 * properties and classes. Each is returned in Java's syntax.
 */
final class RegexCharacters {

  private static final int MAX_CLASS = 256;
  private static final Set<String> CATEGORIES =
      Set.of(
          "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P",
          "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl",
          "Zp", "Cc", "Cf", "Co");

  /** Oniguruma counts no joiners as parts of words, but some of Latin-1's numbers. */
  private static final String WORD =
      "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc\\xbd\\xbe";

  private final RegexSource source;
  private boolean ignoreCase;

  RegexCharacters(RegexSource source) {
    this.source = source;
  }

  /** Whether the case of ASCII letters does not count. */
  boolean ignoresCase() {
    return ignoreCase;
  }

  void ignoreCase(boolean ignore) {
    this.ignoreCase = ignore;
  }

  /** The next character as itself. */
  String literal() {
    int c = source.next();
    return ignoreCase && withoutCase(c).length() > hex(c).length()
        ? "[" + withoutCase(c) + "]"
        : hex(c);
  }

  /** A class with what classes in it contain; Java and Oniguruma differ on negated inner ones. */
  String characterClass() {
    StringBuilder items = new StringBuilder("[");
    source.skip(1);
    if (peekInClass() == '^') {
      items.append('^');
      source.skip(1);
    }
    if (peekInClass() == ']') {
      throw source.unsupported("an empty class");
    }
    int inner = 0;
    int count = 0;
    while (true) {
      char c = peekInClass();
      if (c == ']') {
        source.skip(1);
        if (inner-- == 0) {
          return items.append(']').toString();
        }
      } else if (c == '[') {
        if (source.isAt("[:") || source.isAt("[^")) {
          throw source.unsupported("a named or negated class in a class");
        }
        source.skip(1);
        inner++;
      } else if (source.isAt("&&")) {
        throw source.unsupported("an intersection of classes");
      } else if (++count > MAX_CLASS) {
        // One look at a text compares it with every item.
        throw source.unsupported(
            "a class of more than " + MAX_CLASS + " characters, ranges and classes");
      } else {
        classItem(items);
      }
    }
  }

  private void classItem(StringBuilder items) {
    String first = classCharacter();
    // A hyphen before the end is itself.
    if (peekInClass() != '-' || source.isAt("-]")) {
      items.append(first);
      return;
    }
    source.skip(1);
    String last = peekInClass() == '[' ? "" : classCharacter();
    if (!first.startsWith("\\x{") || !last.startsWith("\\x{") || number(first) > number(last)) {
      throw source.unsupported("a range that is none");
    }
    if (ignoreCase) {
      throw source.unsupported("a range whose case does not count");
    }
    items.append(first).append('-').append(last);
  }

  private static int number(String hex) {
    return Integer.parseInt(hex.substring(3, hex.length() - 1), 16);
  }

  private String classCharacter() {
    if (peekInClass() == '\\') {
      return escape(true);
    }
    int literal = source.next();
    return ignoreCase ? withoutCase(literal) : hex(literal);
  }

  private char peekInClass() {
    if (source.atEnd()) {
      throw source.unsupported("a class without its end");
    }
    return source.peek();
  }

  /** The escape at the next character, a backslash outside a class. */
  String escape() {
    return escape(false);
  }

  private String escape(boolean inClass) {
    source.skip(1);
    if (source.atEnd()) {
      throw source.unsupported("a backslash at the end");
    }
    int c = source.next();
    switch (c) {
      case 'd', 'D', 's', 'S' -> {
        return "\\" + (char) c;
      }
      case 'w' -> {
        return inClass ? WORD : "[" + WORD + "]";
      }
      case 'W' -> {
        if (!inClass) {
          return "[^" + WORD + "]";
        }
      }
      case 'p', 'P' -> {
        return property((char) c);
      }
      case 'A', 'z' -> {
        if (!inClass) {
          return "\\" + (char) c;
        }
      }
      case 'n' -> {
        return hex('\n');
      }
      case 'r' -> {
        return hex('\r');
      }
      case 't' -> {
        return hex('\t');
      }
      case 'f' -> {
        return hex('\f');
      }
      case 'v' -> {
        return hex(0x0B);
      }
      case 'x', 'u' -> {
        return hex(codePoint((char) c));
      }
      default -> {
        if (c < 128 && !Character.isLetterOrDigit(c)) {
          return hex(c);
        }
      }
    }
    throw source.unsupported("\"\\" + Character.toString(c) + "\"");
  }

  /** {@code \xHH}, {@code \x{H…}} or <code>&#92;uHHHH</code>. */
  private int codePoint(char kind) {
    String digits =
        kind == 'x' && source.isAt('{') ? source.takeBraces() : source.take(kind == 'x' ? 2 : 4);
    if (!digits.matches("[0-9A-Fa-f]{1,6}")) {
      throw source.unsupported("a number of a character that is none");
    }
    int code = Integer.parseInt(digits, 16);
    if (code > Character.MAX_CODE_POINT || code >= 0xD800 && code <= 0xDFFF) {
      throw source.unsupported("a number of no character");
    }
    return code;
  }

  private String property(char kind) {
    if (ignoreCase) {
      throw source.unsupported("a property whose case does not count");
    }
    String name = source.takeBraces();
    if (CATEGORIES.contains(name)) {
      return "\\" + kind + "{" + name + "}";
    }
    try {
      return "\\" + kind + "{script=" + Character.UnicodeScript.forName(name) + "}";
    } catch (IllegalArgumentException e) {
      throw source.unsupported("the property \"" + name + "\"");
    }
  }

  private String withoutCase(int c) {
    if (c >= 128) {
      throw source.unsupported("a character outside ASCII whose case does not count");
    }
    if (!Character.isLetter(c)) {
      return hex(c);
    }
    int lower = Character.toLowerCase(c);
    String both = hex(lower) + hex(Character.toUpperCase(c));
    // The long s and the sign for Kelvin.
    return lower == 's' ? both + hex(0x17F) : lower == 'k' ? both + hex(0x212A) : both;
  }

  private static String hex(int c) {
    return "\\x{" + Integer.toHexString(c) + "}";
  }
}
