package io.l2s.samples.titles;

import java.util.List;
import java.util.regex.Pattern;

/**
 * An abstract and the part of it that the model reads.
 *
 * @param text the whole text as the client sent it
 * @param words number of its words
 * @param read its first words, joined by single spaces, as in the training data
 * @param wordsRead number of words in {@code read}
 */
record Abstract(String text, int words, String read, int wordsRead) {

  /** Unicode's white space; texts copied from a PDF have no-break spaces. */
  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Splits {@code text}; the model reads at most {@code maxWords} of its words. */
  static Abstract of(String text, int maxWords) {
    List<String> words = SPACES.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    int read = Math.min(maxWords, words.size());
    return new Abstract(text, words.size(), String.join(" ", words.subList(0, read)), read);
  }

  /** Whether the model reads only the beginning. */
  boolean truncated() {
    return wordsRead < words;
  }
}
