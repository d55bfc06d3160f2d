package io.l2s.tokenizer;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Turns a regular expression in the syntax of Oniguruma, which {@code tokenizer.json} uses, into
 * one of Java with the same meaning.
 *
 * <p>It takes what tokenizers use: literals, classes, Unicode properties, groups, lookarounds and
 * repetitions. It refuses everything else by name, among it back references and repetitions of
 * variable repetitions, whose time may grow exponentially with the text, and repetitions of what
 * may be empty, which take time without a look at the text.
 */
final class RegexTranslator {

  private static final int MAX_LENGTH = 4096;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_REPEATS = 1000;
  private static final int MAX_CLASS = 256;
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES | Pattern.MULTILINE;
  private static final Pattern LOOKAROUND = Pattern.compile("\\(\\?<?[=!]");
  private static final Set<String> CATEGORIES =
      Set.of(
          "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P",
          "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl",
          "Zp", "Cc", "Cf", "Co");

  /** Oniguruma counts no joiners as parts of words, but some of Latin-1's numbers. */
  private static final String WORD =
      "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc\\xbd\\xbe";

  /** How the lengths of what a part matches may differ. */
  private enum Length {
    FIXED,
    COUNTED,
    VARIABLE;

    Length and(Length other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /**
   * @param empty whether the part may match nothing
   */
  private record Part(Length length, boolean empty) {
    static final Part CHARACTER = new Part(Length.FIXED, false);
    static final Part PLACE = new Part(Length.FIXED, true);

    Part then(Part next) {
      return new Part(length.and(next.length), empty && next.empty);
    }
  }

  private final String path;
  private final String regex;
  private final StringBuilder java = new StringBuilder();
  private int at;
  private int depth;
  private int lookingBack;
  private boolean ignoreCase;

  private RegexTranslator(String path, String regex) {
    this.path = path;
    this.regex = regex;
  }

  /**
   * @param path the field, for messages
   */
  static Pattern translate(String path, String regex) {
    if (regex.length() > MAX_LENGTH) {
      throw InvalidTokenizerException.field(
          path, "at most " + MAX_LENGTH + " characters", "of " + regex.length());
    }
    RegexTranslator translator = new RegexTranslator(path, regex);
    translator.alternatives();
    if (translator.at < regex.length()) {
      throw translator.unsupported("a closing parenthesis without an opening one");
    }
    try {
      return Pattern.compile(translator.java.toString(), FLAGS);
    } catch (PatternSyntaxException e) {
      throw translator.unsupported("a part that Java cannot compile (" + e.getDescription() + ")");
    }
  }

  private Part alternatives() {
    if (++depth > MAX_DEPTH) {
      throw unsupported("groups in more than " + MAX_DEPTH + " others");
    }
    Part all = Part.PLACE;
    Part branch = Part.PLACE;
    boolean chooses = false;
    boolean anyEmpty = false;
    while (at < regex.length() && regex.charAt(at) != ')') {
      if (regex.charAt(at) == '|') {
        java.append('|');
        at++;
        chooses = true;
        anyEmpty |= branch.empty();
        branch = Part.PLACE;
      } else {
        Part next = repeated();
        all = all.then(next);
        branch = branch.then(next);
      }
    }
    depth--;
    return new Part(chooses ? Length.VARIABLE : all.length(), anyEmpty || branch.empty());
  }

  private Part repeated() {
    int start = java.length();
    Part part = atom();
    if (at == regex.length()) {
      return part;
    }
    char quantifier = regex.charAt(at);
    return switch (quantifier) {
      case '*', '+', '?' -> {
        at++;
        if (quantifier != '?') {
          requireNotLookingBack();
          requireRepeatable(part, Length.COUNTED);
        }
        java.append(quantifier);
        if (at < regex.length() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
          java.append(regex.charAt(at++));
        }
        noSecondQuantifier();
        yield new Part(Length.VARIABLE, quantifier != '+' || part.empty());
      }
      case '{' -> counted(start, part);
      default -> part;
    };
  }

  // Java's releases differ on which of them they take.
  private void requireNotLookingBack() {
    if (lookingBack > 0) {
      throw unsupported("a repetition without end in what stands before a place");
    }
  }

  private void requireRepeatable(Part part, Length most) {
    if (part.length().compareTo(most) > 0) {
      throw unsupported("a repetition of a part that repeats or chooses itself");
    }
    if (part.empty()) {
      throw unsupported("a repetition of a part that may be empty");
    }
  }

  /** {@code {n}}, {@code {n,}}, {@code {n,m}} or {@code {,m}}, perhaps itself repeated by +. */
  private Part counted(int start, Part part) {
    int end = regex.indexOf('}', at);
    String body = end < 0 ? "" : regex.substring(at + 1, end);
    if (!body.matches("[0-9]{1,4}(,[0-9]{0,4})?|,[0-9]{1,4}")) {
      throw unsupported("a brace that counts nothing; write it as \\{");
    }
    String[] bounds = body.split(",", -1);
    int least = bounds[0].isEmpty() ? 0 : Integer.parseInt(bounds[0]);
    boolean open = bounds.length == 2 && bounds[1].isEmpty();
    int most = open ? least : Integer.parseInt(bounds[bounds.length - 1]);
    if (most > MAX_REPEATS || least > most || most == 0) {
      throw unsupported("a count outside 1.." + MAX_REPEATS);
    }
    requireRepeatable(part, Length.FIXED);
    if (open) {
      requireNotLookingBack();
    }
    at = end + 1;
    java.append('{').append(least);
    if (bounds.length == 2) {
      java.append(',').append(open ? "" : most);
    }
    java.append('}');
    boolean varies = open || least != most;
    if (at < regex.length() && regex.charAt(at) == '+' && !varies) {
      at++;
      requireNotLookingBack();
      java.insert(start, "(?:").append(")+");
      varies = true;
    }
    noSecondQuantifier();
    return new Part(varies ? Length.VARIABLE : Length.COUNTED, least == 0);
  }

  private void noSecondQuantifier() {
    if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      throw unsupported("a repetition of a repetition");
    }
  }

  private Part atom() {
    char c = regex.charAt(at);
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> java.append(characterClass());
      case '\\' -> {
        String escaped = escape(false);
        java.append(escaped);
        return escaped.equals("\\A") || escaped.equals("\\z") ? Part.PLACE : Part.CHARACTER;
      }
      case '^', '$' -> {
        java.append(c);
        at++;
        return Part.PLACE;
      }
      case '.' -> {
        java.append(c);
        at++;
      }
      case '*', '+', '?', '{', '}', ']' -> throw unsupported("\"" + c + "\" without a backslash");
      default -> {
        int literal = regex.codePointAt(at);
        at += Character.charCount(literal);
        java.append(literal(literal));
      }
    }
    return Part.CHARACTER;
  }

  private Part group() {
    boolean outerCase = ignoreCase;
    boolean looksAround = LOOKAROUND.matcher(regex).region(at, regex.length()).lookingAt();
    boolean looksBack = looksAround && regex.startsWith("(?<", at);
    if (regex.startsWith("(?i:", at)) {
      ignoreCase = true;
      java.append("(?:");
      at += 4;
    } else if (regex.startsWith("(?", at)) {
      String opening =
          Set.of("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!").stream()
              .filter(each -> regex.startsWith(each, at))
              .max((a, b) -> a.length() - b.length())
              .orElseThrow(() -> unsupported("a group with options or a name"));
      java.append(opening);
      at += opening.length();
    } else {
      java.append("(?:");
      at++;
    }
    lookingBack += looksBack ? 1 : 0;
    Part inner = alternatives();
    lookingBack -= looksBack ? 1 : 0;
    if (at == regex.length()) {
      throw unsupported("a group without its end");
    }
    at++;
    java.append(')');
    ignoreCase = outerCase;
    return looksAround ? new Part(inner.length(), true) : inner;
  }

  /** A class with what classes in it contain; Java and Oniguruma differ on negated inner ones. */
  private String characterClass() {
    StringBuilder items = new StringBuilder("[");
    at++;
    if (peek() == '^') {
      items.append('^');
      at++;
    }
    if (peek() == ']') {
      throw unsupported("an empty class");
    }
    int inner = 0;
    int count = 0;
    while (true) {
      char c = peek();
      if (c == ']') {
        at++;
        if (inner-- == 0) {
          return items.append(']').toString();
        }
      } else if (c == '[') {
        if (regex.startsWith("[:", at) || regex.startsWith("[^", at)) {
          throw unsupported("a named or negated class in a class");
        }
        at++;
        inner++;
      } else if (regex.startsWith("&&", at)) {
        throw unsupported("an intersection of classes");
      } else if (++count > MAX_CLASS) {
        // One look at a text compares it with every item.
        throw unsupported("a class of more than " + MAX_CLASS + " characters, ranges and classes");
      } else {
        classItem(items);
      }
    }
  }

  private void classItem(StringBuilder items) {
    String first = classCharacter();
    // A hyphen before the end is itself.
    boolean range = peek() == '-' && at + 1 < regex.length() && regex.charAt(at + 1) != ']';
    if (!range) {
      items.append(first);
      return;
    }
    at++;
    String last = peek() == '[' ? "" : classCharacter();
    if (!first.startsWith("\\x{") || !last.startsWith("\\x{") || number(first) > number(last)) {
      throw unsupported("a range that is none");
    }
    if (ignoreCase) {
      throw unsupported("a range whose case does not count");
    }
    items.append(first).append('-').append(last);
  }

  private static int number(String hex) {
    return Integer.parseInt(hex.substring(3, hex.length() - 1), 16);
  }

  private String classCharacter() {
    if (peek() == '\\') {
      return escape(true);
    }
    int literal = regex.codePointAt(at);
    at += Character.charCount(literal);
    return ignoreCase ? withoutCase(literal) : hex(literal);
  }

  private char peek() {
    if (at == regex.length()) {
      throw unsupported("a class without its end");
    }
    return regex.charAt(at);
  }

  private String escape(boolean inClass) {
    at++;
    if (at == regex.length()) {
      throw unsupported("a backslash at the end");
    }
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
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
    throw unsupported("\"\\" + Character.toString(c) + "\"");
  }

  /** {@code \xHH}, {@code \x{H…}} or <code>&#92;uHHHH</code>. */
  private int codePoint(char kind) {
    boolean braces = kind == 'x' && regex.startsWith("{", at);
    int start = braces ? at + 1 : at;
    int end = braces ? regex.indexOf('}', at) : at + (kind == 'x' ? 2 : 4);
    String digits = end < start || end > regex.length() ? "" : regex.substring(start, end);
    if (!digits.matches("[0-9A-Fa-f]{1,6}")) {
      throw unsupported("a number of a character that is none");
    }
    int code = Integer.parseInt(digits, 16);
    if (code > Character.MAX_CODE_POINT || code >= 0xD800 && code <= 0xDFFF) {
      throw unsupported("a number of no character");
    }
    at = braces ? end + 1 : end;
    return code;
  }

  private String property(char kind) {
    int end = regex.indexOf('}', at);
    String name = regex.startsWith("{", at) && end > at ? regex.substring(at + 1, end) : "";
    if (ignoreCase) {
      throw unsupported("a property whose case does not count");
    }
    at = end + 1;
    if (CATEGORIES.contains(name)) {
      return "\\" + kind + "{" + name + "}";
    }
    try {
      return "\\" + kind + "{script=" + Character.UnicodeScript.forName(name) + "}";
    } catch (IllegalArgumentException e) {
      throw unsupported("the property \"" + name + "\"");
    }
  }

  private String literal(int c) {
    return ignoreCase && withoutCase(c).length() > hex(c).length()
        ? "[" + withoutCase(c) + "]"
        : hex(c);
  }

  private String withoutCase(int c) {
    if (c >= 128) {
      throw unsupported("a character outside ASCII whose case does not count");
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

  private InvalidTokenizerException unsupported(String what) {
    return new InvalidTokenizerException(
        path
            + " has "
            + what
            + " near position "
            + at
            + ", which l2s does not read: "
            + JsonNode.shown(regex));
  }
}
