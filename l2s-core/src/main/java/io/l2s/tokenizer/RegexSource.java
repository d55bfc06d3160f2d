package io.l2s.tokenizer;

/** A regular expression that is read from the left to the right; not thread-safe. */
final class RegexSource {

  private final String path;
  private final String regex;
  private int at;

  /**
   * @param path the field, for messages
   */
  RegexSource(String path, String regex) {
    this.path = path;
    this.regex = regex;
  }

  boolean atEnd() {
    return at == regex.length();
  }

  /** Whether {@code c} is the next character. */
  boolean isAt(char c) {
    return at < regex.length() && regex.charAt(at) == c;
  }

  /** Whether the next character is one of {@code any}. */
  boolean isAtAny(String any) {
    return at < regex.length() && any.indexOf(regex.charAt(at)) >= 0;
  }

  boolean isAt(String text) {
    return regex.startsWith(text, at);
  }

  /** The next character, which stays the next one; only before the end. */
  char peek() {
    return regex.charAt(at);
  }

  /** Takes the next character; only before the end. */
  int next() {
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  void skip(int characters) {
    at += characters;
  }

  /** Takes the next {@code characters}; empty where fewer are left. */
  String take(int characters) {
    if (at + characters > regex.length()) {
      return "";
    }
    at += characters;
    return regex.substring(at - characters, at);
  }

  /**
   * Takes a part in braces, both included; without a part in braces it takes nothing and returns an
   * empty text.
   *
   * @return what stands between the braces
   */
  String takeBraces() {
    int end = isAt('{') ? regex.indexOf('}', at) : -1;
    if (end < 0) {
      return "";
    }
    String body = regex.substring(at + 1, end);
    at = end + 1;
    return body;
  }

  /** The failure of a regular expression that has {@code what}. */
  InvalidTokenizerException unsupported(String what) {
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
