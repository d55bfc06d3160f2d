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
public record Bleu() implements Metric {

  private static final int MAX_ORDER = 4;

  // Positions in the statistics of a segment: two lengths, then an entry for each order.
  private static final int HYPOTHESIS_LENGTH = 0;
  private static final int REFERENCE_LENGTH = 1;
  private static final int MATCHES = 2;
  private static final int TOTALS = MATCHES + MAX_ORDER;

  private static final Pattern PUNCTUATION =
      Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final Pattern AFTER_NON_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern BEFORE_NON_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  /** {@link #measure Measures} and scores in one. */
  public static Score corpus(List<String> hypotheses, List<List<String>> references) {
    return new Bleu().measure(hypotheses, references).score();
  }

  @Override
  public String name() {
    return "BLEU";
  }

  @Override
  public String settings() {
    return "case:mixed|eff:no|tok:13a|smooth:exp";
  }

  @Override
  public double[] statistics(String hypothesis, List<String> references) {
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
        Ngrams.ofWords(referenceWords, order)
            .forEach((ngram, n) -> most.merge(ngram, n, Math::max));
      }
    }
    double[] statistics = new double[TOTALS + MAX_ORDER];
    statistics[HYPOTHESIS_LENGTH] = words.size();
    statistics[REFERENCE_LENGTH] = closest;
    for (int i = 0; i < MAX_ORDER; i++) {
      Map<String, Integer> ngrams = Ngrams.ofWords(words, i + 1);
      statistics[MATCHES + i] = Ngrams.matches(ngrams, allowed.get(i));
      statistics[TOTALS + i] = Ngrams.total(ngrams);
    }
    return statistics;
  }

  @Override
  public double score(double[] sums) {
    double logPrecisions = 0;
    double smoothing = 1;
    // A shorter n-gram matches wherever a longer one does.
    if (sums[MATCHES] == 0) {
      return 0;
    }
    for (int i = 0; i < MAX_ORDER; i++) {
      double total = sums[TOTALS + i];
      if (total == 0) {
        return 0;
      }
      double matched = sums[MATCHES + i];
      if (matched == 0) {
        smoothing *= 2;
        matched = 1 / smoothing;
      }
      logPrecisions += Math.log(100 * matched / total);
    }
    double brevityPenalty =
        sums[HYPOTHESIS_LENGTH] < sums[REFERENCE_LENGTH]
            ? Math.exp(1 - sums[REFERENCE_LENGTH] / sums[HYPOTHESIS_LENGTH])
            : 1;
    // Rounding may lift a perfect score above 100.
    return Math.min(100, brevityPenalty * Math.exp(logPrecisions / MAX_ORDER));
  }

  private static int closer(int length, int best, int candidate) {
    int difference = Math.abs(length - candidate) - Math.abs(length - best);
    return best < 0 || difference < 0 || (difference == 0 && candidate < best) ? candidate : best;
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
