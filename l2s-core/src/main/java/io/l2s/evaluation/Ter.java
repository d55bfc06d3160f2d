package io.l2s.evaluation;

import io.l2s.LetterCase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Corpus translation edit rate as sacrebleu 2.6 computes it by default: the least edits of a
 * sentence (insertion, deletion, substitution or shift of words) to any of its references, divided
 * by the mean length of the references; words are lower-cased and end at white space. Lower is
 * better; it may exceed 100.
 *
 * <p>Snover et al., "A Study of Translation Edit Rate with Targeted Human Annotation", AMTA 2006.
 */
public record Ter() implements Metric {

  private static final int EDITS = 0;
  private static final int REFERENCE_LENGTH = 1;

  @Override
  public String name() {
    return "TER";
  }

  @Override
  public String settings() {
    return "case:lc|tok:tercom|norm:no|punct:yes|asian:no";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public double[] statistics(String hypothesis, List<String> references) {
    Map<String, Integer> vocabulary = new HashMap<>();
    int[] words = words(hypothesis, vocabulary);
    int fewest = Integer.MAX_VALUE;
    double length = 0;
    for (String reference : references) {
      int[] expected = words(reference, vocabulary);
      fewest = Math.min(fewest, ShiftSearch.edits(words, expected));
      length += expected.length;
    }
    double[] statistics = new double[2];
    statistics[EDITS] = fewest;
    statistics[REFERENCE_LENGTH] = length / references.size();
    return statistics;
  }

  @Override
  public double score(double[] sums) {
    if (sums[REFERENCE_LENGTH] > 0) {
      return 100 * (sums[EDITS] / sums[REFERENCE_LENGTH]);
    }
    return sums[EDITS] > 0 ? 100 : 0;
  }

  private static int[] words(String sentence, Map<String, Integer> vocabulary) {
    return Whitespace.split(LetterCase.lower(sentence)).stream()
        .mapToInt(word -> vocabulary.computeIfAbsent(word, unseen -> vocabulary.size()))
        .toArray();
  }
}
