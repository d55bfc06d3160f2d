package io.l2s;

import java.util.Locale;

/**
 * Text in lower or upper case as Python's {@code str.lower} and {@code str.upper} give it, in time
 * that grows with its length. String's own methods copy the whole text for each letter that becomes
 * longer and search it for each capital sigma: 16,000 of them take half a minute. They also see
 * other ends of words before a sigma.
 */
public final class LetterCase {

  /** Upper case looks at no neighbors, so a text can be taken in pieces of any length. */
  private static final int PIECE = 1_000;

  /** Punctuation within words, which does not end a word before a sigma. */
  private static final String WITHIN_WORDS =
      "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private LetterCase() {}

  /** {@code text} in lower case of no language, with the final sigma at the end of words. */
  public static String lower(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    boolean afterLetter = false;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (c == '\u0130') {
        lower.append("i\u0307");
      } else if (c == '\u03A3') {
        lower.append(afterLetter && !isLetterNext(text, at) ? '\u03C2' : '\u03C3');
      } else {
        lower.appendCodePoint(Character.toLowerCase(c));
      }
      if (!isIgnorable(c)) {
        afterLetter = isCased(c);
      }
    }
    return lower.toString();
  }

  private static boolean isLetterNext(String text, int from) {
    for (int at = from; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (!isIgnorable(c)) {
        return isCased(c);
      }
      at += Character.charCount(c);
    }
    return false;
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static boolean isIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> WITHIN_WORDS.indexOf(c) >= 0;
    };
  }

  /** {@code text} in upper case of no language. */
  public static String upper(String text) {
    StringBuilder upper = new StringBuilder(text.length());
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + PIECE);
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      upper.append(text.substring(from, to).toUpperCase(Locale.ROOT));
      from = to;
    }
    return upper.toString();
  }
}
