package io.l2s.chat;

import java.math.BigDecimal;

/** Characters and literals as Python has them. */
final class PythonText {

  private PythonText() {}

  /**
   * Python's {@code str.isspace} of one character; all of them are in the basic plane. It differs
   * from the white space of tokenizers, which is Unicode's, by U+001C to U+001F: the separators of
   * information, which Python counts for their direction of writing.
   */
  static boolean isSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c >= 0x1C && c <= 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  static boolean isBlank(String text) {
    return text.chars().allMatch(PythonText::isSpace);
  }

  static String stripEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  static boolean isNamePart(int codePoint) {
    return codePoint == '_' || Character.isLetterOrDigit(codePoint);
  }

  /** The text of a string literal whose quotes are taken off. */
  static String unescape(String literal) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\' || i + 1 == literal.length()) {
        text.append(c);
        continue;
      }
      char escape = literal.charAt(++i);
      int simple = "\\'\"abfnrtv".indexOf(escape);
      if (simple >= 0) {
        text.append("\\'\"\u0007\b\f\n\r\t\u000B".charAt(simple));
      } else if (escape >= '0' && escape <= '7') {
        int end = i;
        while (end < literal.length() && end < i + 3 && isOctal(literal.charAt(end))) {
          end++;
        }
        text.append((char) Integer.parseInt(literal.substring(i, end), 8));
        i = end - 1;
      } else if (escape == 'x' || escape == 'u' || escape == 'U') {
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
        text.appendCodePoint(hexadecimal(literal, i + 1, digits));
        i += digits;
      } else if (escape != '\n') {
        text.append('\\').append(escape);
      }
    }
    return text.toString();
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private static int hexadecimal(String literal, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < literal.length() ? Character.digit(literal.charAt(i), 16) : -1;
      value = value * 16 + digit;
      if (digit < 0 || value > Character.MAX_CODE_POINT) {
        throw new TemplateError("a string has a malformed escape");
      }
    }
    return value;
  }

  /** Python's {@code repr} of a text. */
  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> appendQuoted(quoted, c, quote));
    return quoted.append(quote).toString();
  }

  private static void appendQuoted(StringBuilder quoted, int c, char quote) {
    if (c == quote || c == '\\') {
      quoted.append('\\').append((char) c);
    } else if (c == '\n') {
      quoted.append("\\n");
    } else if (c == '\r') {
      quoted.append("\\r");
    } else if (c == '\t') {
      quoted.append("\\t");
    } else if (c == ' ' || isPrintable(c)) {
      quoted.appendCodePoint(c);
    } else if (c < 0x100) {
      appendHexadecimal(quoted.append("\\x"), c, 2);
    } else if (c < 0x10000) {
      appendHexadecimal(quoted.append("\\u"), c, 4);
    } else {
      appendHexadecimal(quoted.append("\\U"), c, 8);
    }
  }

  static void appendHexadecimal(StringBuilder text, int value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text.append(Character.forDigit(value >> shift & 15, 16));
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Python's {@code repr} of a number. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size == 0 || size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(Double.toString(value)).toPlainString();
      String signed = size == 0 && 1 / value < 0 && !plain.startsWith("-") ? "-" + plain : plain;
      return signed.indexOf('.') < 0 ? signed + ".0" : signed;
    }
    String java = Double.toString(value); // such as 1.0E-5
    int exponent = java.indexOf('E');
    String digits = java.substring(0, exponent).replaceAll("\\.0$", "");
    int power = Integer.parseInt(java.substring(exponent + 1));
    return digits + "e" + (power < 0 ? "-" : "+") + String.format("%02d", Math.abs(power));
  }
}
