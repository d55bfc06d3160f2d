package io.l2s.decoding;

import io.l2s.Sampling;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Draws a token from a row's candidates (transformers: {@code TemperatureLogitsWarper}, {@code
 * TopKLogitsWarper}, {@code TopPLogitsWarper}, {@code MinPLogitsWarper}, {@code
 * TypicalLogitsWarper}, in this order).
 */
final class Sampler {

  private final Sampling options;

  /**
   * @param options with a seed
   */
  Sampler(Sampling options) {
    this.options = options;
  }

  /**
   * Draws a rank. It depends only on the scores, the ids, the seed, {@code sequence} and {@code
   * step}. Each id has noise of its own (the Gumbel-max trick), so two models that nearly agree
   * mostly draw the same token, and a small change of the scores mostly changes nothing.
   *
   * @param scores of the candidates, best first
   * @param ids of the candidates
   */
  int draw(float[] scores, int[] ids, int sequence, int step) {
    double[] probabilities = probabilities(scores, options);
    int drawn = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > 0) {
        double noise =
            -Math.log(-Math.log(uniform(options.seed().getAsLong(), sequence, step, ids[i])));
        double value = Math.log(probabilities[i]) + noise;
        if (value > best) {
          best = value;
          drawn = i;
        }
      }
    }
    return drawn;
  }

  /**
   * The probabilities from which a token is drawn.
   *
   * @param scores of the candidates, best first
   */
  static double[] probabilities(float[] scores, Sampling options) {
    double[] logits = new double[scores.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] =
          options.topK() > 0 && i >= options.topK()
              ? Double.NEGATIVE_INFINITY
              : scores[i] / options.temperature();
    }
    double[] p = softmax(logits);
    if (options.topP() < 1) {
      p = kept(p, withinTopP(p, options.topP()));
    }
    if (options.minP() > 0) {
      double least = options.minP() * p[0];
      boolean[] keep = new boolean[p.length];
      for (int i = 0; i < p.length; i++) {
        keep[i] = i == 0 || p[i] >= least;
      }
      p = kept(p, keep);
    }
    return options.typicalP() < 1 ? kept(p, typical(p, options.typicalP())) : p;
  }

  // Drops the least likely tokens as long as they hold no more than 1 - topP together.
  private static boolean[] withinTopP(double[] p, double topP) {
    boolean[] keep = new boolean[p.length];
    double below = 0;
    for (int i = p.length - 1; i >= 0; i--) {
      below += p[i];
      keep[i] = i == 0 || below > 1 - topP;
    }
    return keep;
  }

  private static boolean[] typical(double[] p, double mass) {
    double entropy = 0;
    for (double each : p) {
      entropy -= each > 0 ? each * Math.log(each) : 0;
    }
    double[] distance = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      distance[i] = p[i] > 0 ? Math.abs(-Math.log(p[i]) - entropy) : Double.POSITIVE_INFINITY;
    }
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distance[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] keep = new boolean[p.length];
    double sum = 0;
    for (int i = 0; i < order.length && (i == 0 || sum < mass); i++) {
      keep[order[i]] = true;
      sum += p[order[i]];
    }
    return keep;
  }

  private static double[] softmax(double[] logits) {
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - logits[0]);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static double[] kept(double[] p, boolean[] keep) {
    double[] left = new double[p.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      left[i] = keep[i] ? p[i] : 0;
      sum += left[i];
    }
    for (int i = 0; i < p.length; i++) {
      left[i] /= sum;
    }
    return left;
  }

  /** Hashes its arguments to a number in (0, 1) (SplitMix64 of Steele, Lea and Flood). */
  static double uniform(long seed, int sequence, int step, int id) {
    long mixed = mix(mix(mix(mix(seed) + sequence) + step) + id);
    return ((mixed >>> 11) + 0.5) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
