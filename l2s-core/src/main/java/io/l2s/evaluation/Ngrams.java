package io.l2s.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** N-grams with the number of times that each occurs. */
final class Ngrams {

  private Ngrams() {}

  /** Runs of {@code order} words, which must not contain spaces. */
  static Map<String, Integer> ofWords(List<String> words, int order) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + order <= words.size(); i++) {
      counts.merge(String.join(" ", words.subList(i, i + order)), 1, Integer::sum);
    }
    return counts;
  }

  /** Runs of {@code order} Unicode characters. */
  static Map<String, Integer> ofCharacters(int[] codePoints, int order) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + order <= codePoints.length; i++) {
      counts.merge(new String(codePoints, i, order), 1, Integer::sum);
    }
    return counts;
  }

  /** How many n-grams of {@code some} are in {@code others}, each at most as often as there. */
  static long matches(Map<String, Integer> some, Map<String, Integer> others) {
    long matches = 0;
    for (Map.Entry<String, Integer> ngram : some.entrySet()) {
      matches += Math.min(ngram.getValue(), others.getOrDefault(ngram.getKey(), 0));
    }
    return matches;
  }

  /** How many n-grams there are, repetitions included. */
  static long total(Map<String, Integer> ngrams) {
    return ngrams.values().stream().mapToLong(Integer::longValue).sum();
  }
}
