package io.l2s.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Corpus BLEU as sacrebleu 2.6 computes it by default: up to four-grams of case-sensitive words of
 * the 13a tokenizer, exponential smoothing, the closest reference's length.
 *
 * <p>Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", ACL 2002;
 * Post, "A Call for Clarity in Reporting BLEU Scores", WMT 2018.
 */
public final class Bleu {

  private static final int MAX_ORDER = 4;

  private static final Pattern PUNCTUATION =
      Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final Pattern AFTER_NON_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern BEFORE_NON_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  private final long[] matches = new long[MAX_ORDER];
  private final long[] totals = new long[MAX_ORDER];
  private long hypothesisLength;
  private long referenceLength;

  private Bleu() {}

  /**
   * Scores {@code hypotheses} against one or more references each; their number may differ from
   * sentence to sentence.
   *
   * @throws IllegalArgumentException if there is no hypothesis, or one without a list of references
   */
  public static Score corpus(List<String> hypotheses, List<List<String>> references) {
    Segments.validate(hypotheses, references);
    Bleu statistics = new Bleu();
    for (int i = 0; i < hypotheses.size(); i++) {
      statistics.add(hypotheses.get(i), references.get(i));
    }
    String signature =
        "nrefs:" + Segments.referenceCount(references) + "|case:mixed|eff:no|tok:13a|smooth:exp";
    return new Score("BLEU", statistics.score(), signature);
  }

  private void add(String hypothesis, List<String> references) {
    List<String> words = tokenize(hypothesis);
    List<Map<String, Integer>> allowed = new ArrayList<>();
    for (int order = 1; order <= MAX_ORDER; order++) {
      allowed.add(new HashMap<>());
    }
    int closest = -1;
    for (String reference : references) {
      List<String> referenceWords = tokenize(reference);
      closest = closer(words.size(), closest, referenceWords.size());
      for (int order = 1; order <= MAX_ORDER; order++) {
        Map<String, Integer> most = allowed.get(order - 1);
        ngrams(referenceWords, order).forEach((ngram, n) -> most.merge(ngram, n, Math::max));
      }
    }
    hypothesisLength += words.size();
    referenceLength += closest;
    for (int order = 1; order <= MAX_ORDER; order++) {
      for (Map.Entry<String, Integer> ngram : ngrams(words, order).entrySet()) {
        int limit = allowed.get(order - 1).getOrDefault(ngram.getKey(), 0);
        totals[order - 1] += ngram.getValue();
        matches[order - 1] += Math.min(ngram.getValue(), limit);
      }
    }
  }

  private double score() {
    double logPrecisions = 0;
    double smoothing = 1;
    // A shorter n-gram matches wherever a longer one does.
    if (matches[0] == 0) {
      return 0;
    }
    for (int i = 0; i < MAX_ORDER; i++) {
      if (totals[i] == 0) {
        return 0;
      }
      double matched = matches[i];
      if (matched == 0) {
        smoothing *= 2;
        matched = 1 / smoothing;
      }
      logPrecisions += Math.log(100 * matched / totals[i]);
    }
    double brevityPenalty =
        hypothesisLength < referenceLength
            ? Math.exp(1 - (double) referenceLength / hypothesisLength)
            : 1;
    // Rounding may lift a perfect score above 100.
    return Math.min(100, brevityPenalty * Math.exp(logPrecisions / MAX_ORDER));
  }

  private static int closer(int length, int best, int candidate) {
    int difference = Math.abs(length - candidate) - Math.abs(length - best);
    return best < 0 || difference < 0 || (difference == 0 && candidate < best) ? candidate : best;
  }

  private static Map<String, Integer> ngrams(List<String> words, int order) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + order <= words.size(); i++) {
      counts.merge(String.join(" ", words.subList(i, i + order)), 1, Integer::sum);
    }
    return counts;
  }

  /** The words of mteval-v13a. */
  static List<String> tokenize(String sentence) {
    String line =
        Whitespace.stripTrailing(sentence)
            .replace("<skipped>", "")
            .replace("-\n", "")
            .replace('\n', ' ')
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = PUNCTUATION.matcher(" " + line + " ").replaceAll(" $1 ");
    line = AFTER_NON_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = BEFORE_NON_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
    return Whitespace.split(line);
  }
}
