package io.l2s;

import java.util.OptionalLong;

/**
 * How tokens are drawn at random; names and meanings are those of transformers' {@code
 * GenerationConfig}.
 *
 * @param temperature divides the logits before sampling, above 0 to 100
 * @param topK candidates that sampling takes from; 0: all
 * @param topP share of the probability that sampling takes from, the likeliest tokens first, above
 *     0 to 1
 * @param minP least probability of a candidate, as a share of the likeliest one's, 0 to 1; 0: none
 * @param typicalP share of the probability that sampling takes from, the most typical tokens first,
 *     above 0 to 1
 * @param seed fixes the random numbers, which do not depend on the prompt: equal prompts with one
 *     seed get equal answers; empty: each request has random numbers of its own
 */
public record Sampling(
    double temperature, int topK, double topP, double minP, double typicalP, OptionalLong seed) {

  /** Transformers' defaults: the 50 likeliest candidates at temperature 1. */
  public static final Sampling STANDARD = new Sampling(1, 50, 1, 0, 1, OptionalLong.empty());

  /**
   * @throws InvalidRequestException naming the component that is out of range
   */
  public Sampling {
    if (temperature == 0) {
      throw new InvalidRequestException(
          "temperature",
          "above 0 and at most 100 (without any sampling option, or with topK 1, the likeliest"
              + " token is taken)",
          0,
          "topK");
    }
    Bounds.above("temperature", 0, 100, temperature);
    Bounds.within("topK", 0, Integer.MAX_VALUE, topK);
    Bounds.above("topP", 0, 1, topP);
    Bounds.within("minP", 0, 1, minP);
    Bounds.above("typicalP", 0, 1, typicalP);
  }

  /** The same sampling with the random numbers of {@code seed}. */
  public Sampling withSeed(long seed) {
    return new Sampling(temperature, topK, topP, minP, typicalP, OptionalLong.of(seed));
  }
}
