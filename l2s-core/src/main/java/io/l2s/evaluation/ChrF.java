package io.l2s.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Corpus chrF2 as sacrebleu 2.6 computes it by default: one- to six-grams of characters without
 * white space, recall weighted twice as much as precision, the best-scoring reference of each
 * sentence.
 *
 * <p>Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015.
 */
public final class ChrF {

  private static final int MAX_ORDER = 6;
  private static final double BETA_SQUARED = 4;

  private ChrF() {}

  /**
   * Scores {@code hypotheses} against one or more references each; their number may differ from
   * sentence to sentence.
   *
   * @throws IllegalArgumentException if there is no hypothesis, or one without a list of references
   */
  public static Score corpus(List<String> hypotheses, List<List<String>> references) {
    Segments.validate(hypotheses, references);
    Counts all = new Counts();
    for (int i = 0; i < hypotheses.size(); i++) {
      all.add(best(hypotheses.get(i), references.get(i)));
    }
    String signature =
        "nrefs:" + Segments.referenceCount(references) + "|case:mixed|eff:yes|nc:6|nw:0|space:no";
    return new Score("chrF2", all.score(), signature);
  }

  private static Counts best(String hypothesis, List<String> references) {
    List<Map<String, Integer>> ngrams = ngrams(hypothesis);
    Counts best = null;
    for (String reference : references) {
      Counts counts = Counts.of(ngrams, ngrams(reference));
      if (best == null || counts.score() > best.score()) {
        best = counts;
      }
    }
    return best;
  }

  private static List<Map<String, Integer>> ngrams(String sentence) {
    int[] characters = String.join("", Whitespace.split(sentence)).codePoints().toArray();
    List<Map<String, Integer>> all = new ArrayList<>();
    for (int order = 1; order <= MAX_ORDER; order++) {
      Map<String, Integer> counts = new HashMap<>();
      for (int i = 0; i + order <= characters.length; i++) {
        counts.merge(new String(characters, i, order), 1, Integer::sum);
      }
      all.add(counts);
    }
    return all;
  }

  /** How many n-grams of each order the hypothesis and the reference have, and how many match. */
  private static final class Counts {
    private final long[] hypothesis = new long[MAX_ORDER];
    private final long[] reference = new long[MAX_ORDER];
    private final long[] match = new long[MAX_ORDER];

    static Counts of(List<Map<String, Integer>> hypothesis, List<Map<String, Integer>> reference) {
      Counts counts = new Counts();
      for (int i = 0; i < MAX_ORDER; i++) {
        Map<String, Integer> expected = reference.get(i);
        for (Map.Entry<String, Integer> ngram : hypothesis.get(i).entrySet()) {
          counts.match[i] += Math.min(ngram.getValue(), expected.getOrDefault(ngram.getKey(), 0));
          // An order that the reference is too short for does not count.
          counts.hypothesis[i] += expected.isEmpty() ? 0 : ngram.getValue();
        }
        counts.reference[i] = expected.values().stream().mapToLong(Integer::longValue).sum();
      }
      return counts;
    }

    void add(Counts other) {
      for (int i = 0; i < MAX_ORDER; i++) {
        hypothesis[i] += other.hypothesis[i];
        reference[i] += other.reference[i];
        match[i] += other.match[i];
      }
    }

    double score() {
      double precision = 0;
      double recall = 0;
      int orders = 0;
      for (int i = 0; i < MAX_ORDER; i++) {
        if (hypothesis[i] > 0 && reference[i] > 0) {
          precision += (double) match[i] / hypothesis[i];
          recall += (double) match[i] / reference[i];
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
  }
}
