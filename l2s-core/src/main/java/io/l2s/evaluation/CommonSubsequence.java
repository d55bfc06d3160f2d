package io.l2s.evaluation;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Longest common subsequences of words, as {@code rouge_scorer} of rouge-score 0.1.2 finds them.
 */
final class CommonSubsequence {

  private CommonSubsequence() {}

  /** The indices in {@code reference} of one longest subsequence that both have. */
  private static BitSet indices(List<String> reference, List<String> hypothesis) {
    int[][] length = lengths(reference, hypothesis);
    BitSet indices = new BitSet(reference.size());
    int i = reference.size();
    int j = hypothesis.size();
    while (i > 0 && j > 0) {
      if (reference.get(i - 1).equals(hypothesis.get(j - 1))) {
        indices.set(i - 1);
        i--;
        j--;
      } else if (length[i][j - 1] > length[i - 1][j]) {
        j--;
      } else {
        i--;
      }
    }
    return indices;
  }

  /**
   * How many words the reference's sentences have in common with the hypothesis, counting no word
   * more often than it occurs on either side.
   */
  static int matches(List<List<String>> reference, List<List<String>> hypothesis) {
    Map<String, Integer> left = counts(hypothesis);
    int matches = 0;
    for (List<String> sentence : reference) {
      BitSet union = new BitSet();
      hypothesis.forEach(other -> union.or(indices(sentence, other)));
      for (int i = union.nextSetBit(0); i >= 0; i = union.nextSetBit(i + 1)) {
        if (left.merge(sentence.get(i), -1, Integer::sum) >= 0) {
          matches++;
        }
      }
    }
    return matches;
  }

  private static Map<String, Integer> counts(List<List<String>> sentences) {
    Map<String, Integer> counts = new HashMap<>();
    sentences.forEach(words -> words.forEach(word -> counts.merge(word, 1, Integer::sum)));
    return counts;
  }

  private static int[][] lengths(List<String> reference, List<String> hypothesis) {
    int[][] length = new int[reference.size() + 1][hypothesis.size() + 1];
    for (int i = 1; i <= reference.size(); i++) {
      for (int j = 1; j <= hypothesis.size(); j++) {
        length[i][j] =
            reference.get(i - 1).equals(hypothesis.get(j - 1))
                ? length[i - 1][j - 1] + 1
                : Math.max(length[i - 1][j], length[i][j - 1]);
      }
    }
    return length;
  }
}
