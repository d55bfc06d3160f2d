package io.l2s.samples.titles;

import java.util.Arrays;
import java.util.List;

/**
 * An abstract and the part of it that the model reads.
 *
 * @param text the whole text as the client sent it
 * @param words number of its words
 * @param read its first words, joined by single spaces, as in the training data
 * @param wordsRead number of words in {@code read}
 */
public record Abstract(String text, int words, String read, int wordsRead) {

  /** The abstract {@code text}, of which the model reads at most {@code maxWords} words. */
  static Abstract of(String text, int maxWords) {
    List<String> words = Arrays.asList(text.strip().split("\\s+"));
    int read = Math.min(maxWords, words.size());
    return new Abstract(text, words.size(), String.join(" ", words.subList(0, read)), read);
  }

  /** Whether the model reads only the beginning. */
  boolean truncated() {
    return wordsRead < words;
  }
}
