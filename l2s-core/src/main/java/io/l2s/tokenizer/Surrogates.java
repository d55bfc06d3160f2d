package io.l2s.tokenizer;

/** Halves of surrogate pairs without the other half, which stand for no character. */
final class Surrogates {

  private Surrogates() {}

  /** {@code text} with U+FFFD in their place. */
  static String replaced(String text) {
    int at = firstLone(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (; at >= 0; at = firstLone(text, at + 1)) {
      replaced.setCharAt(at, '\uFFFD');
    }
    return replaced.toString();
  }

  /** The index of the first one from {@code from} on, or −1. */
  static int firstLone(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }
}
