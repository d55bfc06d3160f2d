package io.l2s.chat;

import io.l2s.LetterCase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The methods of Python's {@code str} that templates use. */
final class TextMethods {

  /** A method of {@code text}. */
  @FunctionalInterface
  interface Method {
    Object call(String text, Arguments arguments, Budget budget);
  }

  static final Map<String, Method> ALL =
      Map.ofEntries(
          Map.entry("strip", (s, a, b) -> strip(s, characters(a), true, true)),
          Map.entry("lstrip", (s, a, b) -> strip(s, characters(a), true, false)),
          Map.entry("rstrip", (s, a, b) -> strip(s, characters(a), false, true)),
          Map.entry("split", (s, a, b) -> split(s, a.within("sep", "maxsplit"), false, b)),
          Map.entry("rsplit", (s, a, b) -> split(s, a.within("sep", "maxsplit"), true, b)),
          Map.entry("splitlines", (s, a, b) -> lines(s, b)),
          Map.entry("startswith", (s, a, b) -> anyOf(a, s::startsWith)),
          Map.entry("endswith", (s, a, b) -> anyOf(a, s::endsWith)),
          Map.entry("replace", (s, a, b) -> replace(s, a.within("old", "new", "count"), b)),
          Map.entry(
              "removeprefix",
              (s, a, b) ->
                  withoutPrefix(s, Values.string(a.within("prefix").required(0, "prefix")))),
          Map.entry(
              "removesuffix",
              (s, a, b) ->
                  withoutSuffix(s, Values.string(a.within("suffix").required(0, "suffix")))),
          Map.entry("lower", (s, a, b) -> LetterCase.lower(s)),
          Map.entry("upper", (s, a, b) -> LetterCase.upper(s)),
          Map.entry("capitalize", (s, a, b) -> capitalized(s)),
          Map.entry("title", (s, a, b) -> title(s)),
          Map.entry("find", (s, a, b) -> position(s, s.indexOf(part(s, a, b)))),
          Map.entry("rfind", (s, a, b) -> position(s, s.lastIndexOf(part(s, a, b)))),
          Map.entry("index", (s, a, b) -> found(s, s.indexOf(part(s, a, b)))),
          Map.entry("count", (s, a, b) -> count(s, part(s, a, b))),
          Map.entry(
              "join",
              (s, a, b) ->
                  join(s, Sequences.elements(a.within("iterable").required(0, "iterable"), b), b)),
          Map.entry("zfill", (s, a, b) -> zeros(s, a.within("width"), b)),
          Map.entry("rjust", (s, a, b) -> padded(s, a, a.text(1, "fillchar", " "), b)),
          Map.entry("ljust", (s, a, b) -> s + padding(s, a, a.text(1, "fillchar", " "), b)),
          Map.entry("isspace", (s, a, b) -> all(s, PythonText::isSpace)),
          Map.entry("isdigit", (s, a, b) -> all(s, Character::isDigit)),
          Map.entry("isdecimal", (s, a, b) -> all(s, Character::isDigit)),
          Map.entry("isalpha", (s, a, b) -> all(s, Character::isLetter)),
          Map.entry("isalnum", (s, a, b) -> all(s, Character::isLetterOrDigit)),
          Map.entry("islower", (s, a, b) -> hasCase(s) && s.equals(LetterCase.lower(s))),
          Map.entry("isupper", (s, a, b) -> hasCase(s) && s.equals(LetterCase.upper(s))));

  private TextMethods() {}

  static Object call(String name, String text, Arguments arguments, Budget budget) {
    budget.text(text);
    Method method = ALL.get(name);
    if (method == null) {
      throw new TemplateError("the method \"" + name + "\" is unknown");
    }
    Object result = method.call(text, arguments, budget);
    return result instanceof String made ? budget.text(made) : result;
  }

  private static Object characters(Arguments arguments) {
    return arguments.within("chars").get(0, "chars", None.NONE);
  }

  /** The text to be found in {@code text}. */
  private static String part(String text, Arguments arguments, Budget budget) {
    String part = Values.string(arguments.within("sub").required(0, "sub"));
    budget.search(text, part);
    return part;
  }

  /** Without blanks, or without any of {@code characters}, at the wanted ends. */
  static String strip(String text, Object characters, boolean start, boolean end) {
    IntPredicate stripped = PythonText::isSpace;
    if (characters != None.NONE) {
      BitSet all = new BitSet();
      Values.string(characters).codePoints().forEach(all::set);
      stripped = all::get;
    }
    int from = 0;
    int to = text.length();
    while (start && from < to && stripped.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (end && to > from && stripped.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static List<Object> split(
      String text, Arguments arguments, boolean fromEnd, Budget budget) {
    Object separator = arguments.get(0, "sep", None.NONE);
    int most = arguments.integer(1, "maxsplit", -1);
    List<Object> parts = new ArrayList<>();
    if (separator == None.NONE) {
      if (fromEnd || most >= 0) {
        throw new TemplateError("a split at blanks takes no limit here");
      }
      for (String word : words(text)) {
        budget.step(1);
        parts.add(word);
      }
      return parts;
    }
    String part = Values.string(separator);
    budget.search(text, part);
    if (part.isEmpty()) {
      throw new TemplateError("a split needs a separator that is not empty");
    }
    int limit = most < 0 ? Integer.MAX_VALUE : most;
    String rest = text;
    int at = fromEnd ? rest.lastIndexOf(part) : rest.indexOf(part);
    while (at >= 0 && parts.size() < limit) {
      budget.elements(parts.size() + 1 > Budget.MAX_ELEMENTS ? parts.size() + 1 : 1);
      if (fromEnd) {
        parts.add(0, rest.substring(at + part.length()));
        rest = rest.substring(0, at);
        at = rest.lastIndexOf(part);
      } else {
        parts.add(rest.substring(0, at));
        rest = rest.substring(at + part.length());
        at = rest.indexOf(part);
      }
      budget.characters(rest.length());
    }
    parts.add(fromEnd ? 0 : parts.size(), rest);
    return parts;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int begin = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean blank = i == text.length() || PythonText.isSpace(text.charAt(i));
      if (blank && begin >= 0) {
        words.add(text.substring(begin, i));
        begin = -1;
      } else if (!blank && begin < 0) {
        begin = i;
      }
    }
    return words;
  }

  /** The lines of {@code text} without their ends. */
  static List<Object> lines(String text, Budget budget) {
    List<Object> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if ("\n\r\u000B\f\u001C\u001D\u001E\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
        budget.elements(lines.size() >= Budget.MAX_ELEMENTS ? lines.size() + 1 : 1);
        lines.add(text.substring(begin, i));
        if (text.startsWith("\r\n", i)) {
          i++;
        }
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  private static boolean anyOf(Arguments arguments, java.util.function.Predicate<String> matches) {
    Object part = arguments.within("part").required(0, "part");
    return part instanceof List<?> parts
        ? parts.stream().map(Values::string).anyMatch(matches)
        : matches.test(Values.string(part));
  }

  static String replace(String text, Arguments arguments, Budget budget) {
    String old = Values.string(arguments.required(0, "old"));
    String fresh = Values.string(arguments.required(1, "new"));
    budget.search(text, old);
    Object count = arguments.get(2, "count", None.NONE);
    long limit =
        count == None.NONE || Values.index(count) < 0 ? Long.MAX_VALUE : Values.index(count);
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    for (long done = 0; done < limit; done++) {
      int at = text.indexOf(old, from);
      if (at < 0) {
        break;
      }
      budget.step(1);
      budget.characters(
          (long) replaced.length() + fresh.length() > Budget.MAX_TEXT
              ? (long) replaced.length() + fresh.length()
              : fresh.length());
      replaced.append(text, from, at).append(fresh);
      from = at + old.length();
      if (old.isEmpty()) {
        if (at == text.length()) {
          return replaced.toString();
        }
        replaced.appendCodePoint(text.codePointAt(at));
        from = at + Character.charCount(text.codePointAt(at));
      }
    }
    return replaced.append(text, from, text.length()).toString();
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + LetterCase.lower(text.substring(first));
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return title.toString();
  }

  private static long position(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static long found(String text, int index) {
    if (index < 0) {
      throw new TemplateError("the text does not have the part");
    }
    return position(text, index);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String join(String separator, List<Object> parts, Budget budget) {
    budget.characters(
        parts.stream()
            .mapToLong(each -> (long) Values.string(each).length() + separator.length())
            .sum());
    return parts.stream().map(Values::string).collect(Collectors.joining(separator));
  }

  private static String zeros(String text, Arguments arguments, Budget budget) {
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    return text.substring(0, sign) + padding(text, arguments, "0", budget) + text.substring(sign);
  }

  private static String padded(String text, Arguments arguments, String fill, Budget budget) {
    return padding(text, arguments, fill, budget) + text;
  }

  private static String padding(String text, Arguments arguments, String fill, Budget budget) {
    if (fill.codePointCount(0, fill.length()) != 1) {
      throw new TemplateError("fills with one character, but has " + fill.length());
    }
    int missing =
        Values.index(arguments.within("width", "fillchar").required(0, "width"))
            - Sequences.length(text, budget);
    budget.characters(Math.max(0, missing));
    return fill.repeat(Math.max(0, missing));
  }

  private static boolean all(String text, IntPredicate property) {
    return !text.isEmpty() && text.codePoints().allMatch(property);
  }

  private static boolean hasCase(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }
}
