package io.l2s.evaluation;

import io.l2s.LetterCase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The mean F1 of a corpus as rouge-score 0.1.2 computes it without stemming: words are lower-cased
 * runs of the letters a to z and of digits, so other scripts score 0. The reference with the best
 * F1 counts. The score is a percentage; rouge-score gives a fraction.
 *
 * <p>Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004.
 */
public record Rouge(Variant variant) implements Metric {

  /** The unit that is matched. */
  public enum Variant {
    /** Single words: rouge1. */
    UNIGRAMS("rouge1"),
    /** Pairs of adjacent words: rouge2. */
    BIGRAMS("rouge2"),
    /** The longest common subsequence of words: rougeL. */
    SUBSEQUENCE("rougeL"),
    /**
     * For each sentence of the reference the union of its longest common subsequences with all
     * sentences of the hypothesis: rougeLsum. Sentences end at line feeds; without any it equals
     * rougeL.
     */
    SUMMARY("rougeLsum");

    private final String metric;

    Variant(String metric) {
      this.metric = metric;
    }
  }

  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

  private static final int F1 = 0;
  private static final int SEGMENTS = 1;

  @Override
  public String name() {
    return variant.metric;
  }

  @Override
  public String settings() {
    return "case:lc|tok:rouge|stem:no|measure:f1";
  }

  @Override
  public double[] statistics(String hypothesis, List<String> references) {
    double[] statistics = new double[2];
    for (String reference : references) {
      statistics[F1] = Math.max(statistics[F1], f1(hypothesis, reference));
    }
    statistics[SEGMENTS] = 1;
    return statistics;
  }

  @Override
  public double score(double[] sums) {
    return 100 * sums[F1] / sums[SEGMENTS];
  }

  private double f1(String hypothesis, String reference) {
    return switch (variant) {
      case UNIGRAMS -> ngrams(words(hypothesis), words(reference), 1);
      case BIGRAMS -> ngrams(words(hypothesis), words(reference), 2);
      case SUBSEQUENCE -> summary(List.of(words(hypothesis)), List.of(words(reference)));
      case SUMMARY -> summary(sentences(hypothesis), sentences(reference));
    };
  }

  private static double ngrams(List<String> hypothesis, List<String> reference, int order) {
    Map<String, Integer> written = Ngrams.ofWords(hypothesis, order);
    Map<String, Integer> expected = Ngrams.ofWords(reference, order);
    return f1(Ngrams.matches(written, expected), Ngrams.total(written), Ngrams.total(expected));
  }

  private static double summary(List<List<String>> hypothesis, List<List<String>> reference) {
    return f1(
        CommonSubsequence.matches(reference, hypothesis),
        hypothesis.stream().mapToLong(List::size).sum(),
        reference.stream().mapToLong(List::size).sum());
  }

  private static double f1(long matches, long written, long expected) {
    if (matches == 0) {
      return 0;
    }
    double precision = (double) matches / written;
    double recall = (double) matches / expected;
    return 2 * precision * recall / (precision + recall);
  }

  private static List<List<String>> sentences(String text) {
    return Arrays.stream(text.split("\n")).map(Rouge::words).toList();
  }

  private static List<String> words(String text) {
    return OTHERS.splitAsStream(LetterCase.lower(text)).filter(word -> !word.isEmpty()).toList();
  }
}
