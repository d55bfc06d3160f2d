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
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES | Pattern.MULTILINE;

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

  private final RegexSource source;
  private final RegexCharacters characters;
  private final StringBuilder java = new StringBuilder();
  private int depth;
  private int lookingBack;

  private RegexTranslator(RegexSource source) {
    this.source = source;
    this.characters = new RegexCharacters(source);
  }

  /**
   * @param path the field, for messages
   */
  static Pattern translate(String path, String regex) {
    if (regex.length() > MAX_LENGTH) {
      throw InvalidTokenizerException.field(
          path, "at most " + MAX_LENGTH + " characters", "of " + regex.length());
    }
    RegexSource source = new RegexSource(path, regex);
    RegexTranslator translator = new RegexTranslator(source);
    translator.alternatives();
    if (!source.atEnd()) {
      throw source.unsupported("a closing parenthesis without an opening one");
    }
    try {
      return Pattern.compile(translator.java.toString(), FLAGS);
    } catch (PatternSyntaxException e) {
      throw source.unsupported("a part that Java cannot compile (" + e.getDescription() + ")");
    }
  }

  private Part alternatives() {
    if (++depth > MAX_DEPTH) {
      throw source.unsupported("groups in more than " + MAX_DEPTH + " others");
    }
    Part all = Part.PLACE;
    Part branch = Part.PLACE;
    boolean chooses = false;
    boolean anyEmpty = false;
    while (!source.atEnd() && !source.isAt(')')) {
      if (source.isAt('|')) {
        java.append('|');
        source.skip(1);
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
    if (source.atEnd()) {
      return part;
    }
    char quantifier = source.peek();
    return switch (quantifier) {
      case '*', '+', '?' -> {
        source.skip(1);
        if (quantifier != '?') {
          requireNotLookingBack();
          requireRepeatable(part, Length.COUNTED);
        }
        java.append(quantifier);
        if (source.isAtAny("?+")) {
          java.appendCodePoint(source.next());
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
      throw source.unsupported("a repetition without end in what stands before a place");
    }
  }

  private void requireRepeatable(Part part, Length most) {
    if (part.length().compareTo(most) > 0) {
      throw source.unsupported("a repetition of a part that repeats or chooses itself");
    }
    if (part.empty()) {
      throw source.unsupported("a repetition of a part that may be empty");
    }
  }

  /** {@code {n}}, {@code {n,}}, {@code {n,m}} or {@code {,m}}, perhaps itself repeated by +. */
  private Part counted(int start, Part part) {
    String body = source.takeBraces();
    if (!body.matches("[0-9]{1,4}(,[0-9]{0,4})?|,[0-9]{1,4}")) {
      throw source.unsupported("a brace that counts nothing; write it as \\{");
    }
    String[] bounds = body.split(",", -1);
    int least = bounds[0].isEmpty() ? 0 : Integer.parseInt(bounds[0]);
    boolean open = bounds.length == 2 && bounds[1].isEmpty();
    int most = open ? least : Integer.parseInt(bounds[bounds.length - 1]);
    if (most > MAX_REPEATS || least > most || most == 0) {
      throw source.unsupported("a count outside 1.." + MAX_REPEATS);
    }
    requireRepeatable(part, Length.FIXED);
    if (open) {
      requireNotLookingBack();
    }
    java.append('{').append(least);
    if (bounds.length == 2) {
      java.append(',').append(open ? "" : most);
    }
    java.append('}');
    boolean varies = open || least != most;
    if (source.isAt('+') && !varies) {
      source.skip(1);
      requireNotLookingBack();
      java.insert(start, "(?:").append(")+");
      varies = true;
    }
    noSecondQuantifier();
    return new Part(varies ? Length.VARIABLE : Length.COUNTED, least == 0);
  }

  private void noSecondQuantifier() {
    if (source.isAtAny("*+?{")) {
      throw source.unsupported("a repetition of a repetition");
    }
  }

  private Part atom() {
    char c = source.peek();
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> java.append(characters.characterClass());
      case '\\' -> {
        String escaped = characters.escape();
        java.append(escaped);
        return escaped.equals("\\A") || escaped.equals("\\z") ? Part.PLACE : Part.CHARACTER;
      }
      case '^', '$' -> {
        java.append(c);
        source.skip(1);
        return Part.PLACE;
      }
      case '.' -> {
        java.append(c);
        source.skip(1);
      }
      case '*', '+', '?', '{', '}', ']' ->
          throw source.unsupported("\"" + c + "\" without a backslash");
      default -> java.append(characters.literal());
    }
    return Part.CHARACTER;
  }

  private Part group() {
    boolean outerCase = characters.ignoresCase();
    boolean looksBack = source.isAt("(?<=") || source.isAt("(?<!");
    boolean looksAround = looksBack || source.isAt("(?=") || source.isAt("(?!");
    if (source.isAt("(?i:")) {
      characters.ignoreCase(true);
      java.append("(?:");
      source.skip(4);
    } else if (source.isAt("(?")) {
      String opening =
          Set.of("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!").stream()
              .filter(source::isAt)
              .max((a, b) -> a.length() - b.length())
              .orElseThrow(() -> source.unsupported("a group with options or a name"));
      java.append(opening);
      source.skip(opening.length());
    } else {
      java.append("(?:");
      source.skip(1);
    }
    lookingBack += looksBack ? 1 : 0;
    Part inner = alternatives();
    lookingBack -= looksBack ? 1 : 0;
    if (source.atEnd()) {
      throw source.unsupported("a group without its end");
    }
    source.skip(1);
    java.append(')');
    characters.ignoreCase(outerCase);
    return looksAround ? new Part(inner.length(), true) : inner;
  }
}
