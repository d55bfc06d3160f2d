package io.l2s.evaluation;

import io.l2s.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Resamples a test set with replacement, for the confidence interval of a score and for the
 * significance of a difference between two systems.
 *
 * <p>It follows {@code sacrebleu.significance} 2.6 except for the random numbers, which sacrebleu
 * takes from numpy: the figures differ as two runs of sacrebleu with different seeds do. The same
 * seed gives the same figures, and test sets of equal size get the same samples.
 *
 * <p>Koehn, "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004.
 *
 * @param samples resampled test sets, 1 to 1,000,000
 * @param seed seed of the random numbers
 */
public record Bootstrap(int samples, long seed) {

  /** The most samples. */
  public static final int MAX_SAMPLES = 1_000_000;

  /** The defaults of sacrebleu: 1000 samples, seed 12345. */
  public static final Bootstrap DEFAULT = new Bootstrap(1000, 12345);

  /**
   * @throws InvalidSettingException naming {@code samples} if it is out of bounds
   */
  public Bootstrap {
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new InvalidSettingException("samples", "between 1 and " + MAX_SAMPLES, samples);
    }
  }

  /** The interval that holds 95 % of the scores of resampled test sets. */
  public Interval interval(CorpusStatistics system) {
    return Interval.of(samplesOf(system.size()).mapToDouble(system::score).toArray());
  }

  /**
   * Scores two systems on the same samples.
   *
   * @throws IllegalArgumentException if the two differ in metric or number of segments
   */
  public Comparison compare(CorpusStatistics baseline, CorpusStatistics system) {
    if (!baseline.metric().equals(system.metric()) || baseline.size() != system.size()) {
      throw new IllegalArgumentException(
          "both systems must have the same metric and size, but have %s on %d and %s on %d segments"
              .formatted(
                  baseline.metric().name(),
                  baseline.size(),
                  system.metric().name(),
                  system.size()));
    }
    return compare(baseline, system, samplesOf(baseline.size()));
  }

  static Comparison compare(
      CorpusStatistics baseline, CorpusStatistics system, Stream<int[]> samples) {
    List<Scores> scores =
        samples.map(each -> new Scores(baseline.score(each), system.score(each))).toList();
    double mean = scores.stream().mapToDouble(Scores::distance).average().orElseThrow();
    double difference = system.score().value() - baseline.score().value();
    long beyond =
        scores.stream().filter(each -> each.distance() - mean > Math.abs(difference)).count();
    // The observed test set counts as one more sample, so p is never 0. For systems that are alike
    // in every sample p is 1; sacrebleu 2.6 gives the smallest p there.
    boolean alike = scores.stream().allMatch(each -> each.distance() == 0);
    double pValue = alike ? 1 : (beyond + 1.0) / (scores.size() + 1.0);
    return new Comparison(
        difference,
        pValue,
        Interval.of(scores.stream().mapToDouble(Scores::baseline).toArray()),
        Interval.of(scores.stream().mapToDouble(Scores::system).toArray()));
  }

  private Stream<int[]> samplesOf(int size) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> random.ints(size, 0, size).toArray()).limit(samples);
  }

  /** The scores of two systems on one sample. */
  private record Scores(double baseline, double system) {

    double distance() {
      return Math.abs(system - baseline);
    }
  }

  /**
   * The interval that holds most scores of resampled test sets.
   *
   * @param mean of all samples
   * @param low the score that 2.5 % of the samples stay below
   * @param high the score that 2.5 % of the samples exceed
   */
  public record Interval(double mean, double low, double high) {

    static Interval of(double[] scores) {
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      int beyond = sorted.length / 40;
      return new Interval(
          Arrays.stream(sorted).average().orElseThrow(),
          sorted[beyond],
          sorted[sorted.length - beyond - 1]);
    }

    /** Half the distance from low to high, which sacrebleu writes after ±. */
    public double halfWidth() {
      return (high - low) / 2;
    }
  }

  /**
   * The difference between two systems on one test set.
   *
   * @param difference the system's score less the baseline's
   * @param pValue how likely chance makes a difference as large, above 0 and at most 1; a
   *     difference with a value below 0.05 is commonly called significant
   * @param baseline the baseline's interval
   * @param system the system's interval
   */
  public record Comparison(double difference, double pValue, Interval baseline, Interval system) {}
}
