package io.l2s.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Corpus chrF2 and chrF2++ as sacrebleu 2.6 computes them by default: one- to six-grams of
 * characters without white space, and for chrF++ also one- and two-grams of words. Recall weighs
 * twice as much as precision, and the best-scoring reference of each sentence counts.
 *
 * <p>Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015; "chrF++:
 * words helping character n-grams", WMT 2017.
 *
 * @param wordOrder the longest n-gram of words that counts, 0 to 2
 */
public record ChrF(int wordOrder) implements Metric {

  /** Characters only. */
  public static final ChrF CHRF = new ChrF(0);

  /** Characters and words. */
  public static final ChrF CHRF_PLUS_PLUS = new ChrF(2);

  private static final int CHARACTER_ORDER = 6;
  private static final double BETA_SQUARED = 4;
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  // Positions in the statistics of an order.
  private static final int HYPOTHESIS = 0;
  private static final int REFERENCE = 1;
  private static final int MATCH = 2;
  private static final int ENTRIES = 3;

  public ChrF {
    if (wordOrder < 0 || wordOrder > 2) {
      throw new IllegalArgumentException("wordOrder must be 0 to 2, but was " + wordOrder);
    }
  }

  /** {@link #measure Measures} chrF2 and scores in one. */
  public static Score corpus(List<String> hypotheses, List<List<String>> references) {
    return CHRF.measure(hypotheses, references).score();
  }

  @Override
  public String name() {
    return "chrF2" + "+".repeat(wordOrder);
  }

  @Override
  public String settings() {
    return "case:mixed|eff:yes|nc:" + CHARACTER_ORDER + "|nw:" + wordOrder + "|space:no";
  }

  @Override
  public double[] statistics(String hypothesis, List<String> references) {
    List<Map<String, Integer>> ngrams = ngrams(hypothesis);
    double[] best = statistics(ngrams, ngrams(references.get(0)));
    for (String reference : references.subList(1, references.size())) {
      double[] candidate = statistics(ngrams, ngrams(reference));
      if (score(candidate) > score(best)) {
        best = candidate;
      }
    }
    return best;
  }

  @Override
  public double score(double[] sums) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int i = 0; i < sums.length; i += ENTRIES) {
      if (sums[i + HYPOTHESIS] > 0 && sums[i + REFERENCE] > 0) {
        precision += sums[i + MATCH] / sums[i + HYPOTHESIS];
        recall += sums[i + MATCH] / sums[i + REFERENCE];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }

  private static double[] statistics(
      List<Map<String, Integer>> hypothesis, List<Map<String, Integer>> reference) {
    double[] statistics = new double[ENTRIES * hypothesis.size()];
    for (int order = 0; order < hypothesis.size(); order++) {
      Map<String, Integer> written = hypothesis.get(order);
      Map<String, Integer> expected = reference.get(order);
      int i = ENTRIES * order;
      // An order does not count where the reference is too short for it.
      statistics[i + HYPOTHESIS] = expected.isEmpty() ? 0 : Ngrams.total(written);
      statistics[i + REFERENCE] = Ngrams.total(expected);
      statistics[i + MATCH] = Ngrams.matches(written, expected);
    }
    return statistics;
  }

  private List<Map<String, Integer>> ngrams(String sentence) {
    List<String> split = Whitespace.split(sentence);
    List<Map<String, Integer>> all = new ArrayList<>();
    int[] characters = String.join("", split).codePoints().toArray();
    for (int order = 1; order <= CHARACTER_ORDER; order++) {
      all.add(Ngrams.ofCharacters(characters, order));
    }
    List<String> words = words(split);
    for (int order = 1; order <= wordOrder; order++) {
      all.add(Ngrams.ofWords(words, order));
    }
    return all;
  }

  /** Words with one mark of punctuation split off: at the end or else at the start. */
  private static List<String> words(List<String> split) {
    List<String> words = new ArrayList<>();
    for (String word : split) {
      int last = word.length() - 1;
      if (last > 0 && isPunctuation(word.charAt(last))) {
        words.add(word.substring(0, last));
        words.add(word.substring(last));
      } else if (last > 0 && isPunctuation(word.charAt(0))) {
        words.add(word.substring(0, 1));
        words.add(word.substring(1));
      } else {
        words.add(word);
      }
    }
    return words;
  }

  private static boolean isPunctuation(char c) {
    return PUNCTUATION.indexOf(c) >= 0;
  }
}
