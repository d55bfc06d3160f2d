package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the parts of a text that a step splits at or replaces. */
interface TextPattern {

  /** Receives the parts of a text in order; together they are the text. */
  interface Parts {
    void part(int start, int end, boolean match);
  }

  /**
   * Reports matches and what lies between them.
   *
   * @throws InvalidTokenizerException if {@code limit} leaves no more of the budget
   */
  void find(String text, WorkLimit limit, Parts parts);

  /** Each character that {@code predicate} accepts is a match. */
  static TextPattern characters(IntPredicate predicate) {
    return (text, limit, parts) -> {
      int last = 0;
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int end = at + Character.charCount(c);
        if (predicate.test(c)) {
          if (last < at) {
            parts.part(last, at, false);
          }
          parts.part(at, end, true);
          last = end;
        }
        at = end;
      }
      if (last < text.length()) {
        parts.part(last, text.length(), false);
      }
    };
  }

  static TextPattern literal(String literal) {
    return (text, limit, parts) -> {
      int last = 0;
      for (int at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, last)) {
        if (last < at) {
          parts.part(last, at, false);
        }
        last = at + literal.length();
        parts.part(at, last, true);
      }
      if (last < text.length()) {
        parts.part(last, text.length(), false);
      }
    };
  }

  /**
   * @param path the expression's field, for messages
   */
  static TextPattern regex(String path, Pattern pattern) {
    return (text, limit, parts) -> {
      Matcher matcher = pattern.matcher(new CountedText(path, text, limit));
      int last = 0;
      boolean matched = false;
      try {
        while (matcher.find()) {
          int start = matcher.start();
          int end = matcher.end();
          // Oniguruma's users skip an empty match right behind another match.
          if (start == end && matched && start == last) {
            continue;
          }
          if (last < start) {
            parts.part(last, start, false);
          }
          parts.part(start, end, true);
          last = end;
          matched = true;
        }
      } catch (StackOverflowError e) {
        throw limit.tooSlow(path);
      }
      if (last < text.length()) {
        parts.part(last, text.length(), false);
      }
    };
  }

  /** The field {@code pattern} of a step: a literal {@code String} or a {@code Regex}. */
  static TextPattern read(JsonNode step) {
    JsonNode pattern = step.object("pattern");
    JsonElement literal = pattern.json().get("String");
    if (pattern.json().size() == 1 && literal instanceof JsonPrimitive) {
      String text = pattern.text("String");
      if (text.isEmpty()) {
        throw pattern.wrong("String", "at least one character");
      }
      return literal(text);
    }
    String path = pattern.path() + ".Regex";
    return regex(path, RegexTranslator.translate(path, pattern.text("Regex")));
  }

  /** A text that counts how often a matcher looks at it, as its time may grow as a square. */
  final class CountedText implements CharSequence {

    private final String path;
    private final String text;
    private final WorkLimit limit;

    CountedText(String path, String text, WorkLimit limit) {
      this.path = path;
      this.text = text;
      this.limit = limit;
    }

    @Override
    public char charAt(int index) {
      limit.look(path);
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
