package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l2s.GenerationOptions;
import io.l2s.Sampling;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final float[] SCORES = {2f, 1f, 0.5f, 0f, -3f};
  private static final int[] IDS = {7, 3, 11, 0, 5};

  @Test
  void drawsFollowTheProbabilities() {
    Sampling options =
        GenerationOptions.builder().temperature(0.8).seed(5).build().sampling().orElseThrow();
    Sampler sampler = new Sampler(options);
    double[] expected = Sampler.probabilities(SCORES, options);
    int draws = 40_000;
    int[] counts = new int[SCORES.length];
    for (int i = 0; i < draws; i++) {
      counts[sampler.draw(SCORES, IDS, i % 7, i / 7)]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < counts.length; i++) {
      double wanted = draws * expected[i];
      chiSquare += Math.pow(counts[i] - wanted, 2) / wanted;
    }
    // 99.9 % point for four degrees of freedom.
    assertThat(chiSquare).isLessThan(18.47);
  }

  @Test
  void anotherSeedDrawsOtherTokens() {
    int same = 0;
    Sampler one = new Sampler(GenerationOptions.builder().seed(1).build().sampling().orElseThrow());
    Sampler other =
        new Sampler(GenerationOptions.builder().seed(2).build().sampling().orElseThrow());
    for (int step = 0; step < 1000; step++) {
      same += one.draw(SCORES, IDS, 0, step) == other.draw(SCORES, IDS, 0, step) ? 1 : 0;
    }
    assertThat(same).isBetween(200, 800);
  }

  // Two models that nearly agree mostly draw the same token with the same seed.
  @Test
  void aSmallChangeOfTheScoresSeldomChangesWhatIsDrawn() {
    float[] almost = {2f, 1.02f, 0.5f, 0f, -3f};
    Sampler sampler =
        new Sampler(
            GenerationOptions.builder().temperature(1).seed(3).build().sampling().orElseThrow());
    int same = 0;
    for (int step = 0; step < 1000; step++) {
      same += sampler.draw(SCORES, IDS, 0, step) == sampler.draw(almost, IDS, 0, step) ? 1 : 0;
    }
    assertThat(same).isGreaterThan(980);
  }

  @Test
  void minPDropsWhatIsUnlikelyBesideTheBest() {
    double[] p =
        Sampler.probabilities(
            SCORES, GenerationOptions.builder().minP(0.3).build().sampling().orElseThrow());
    assertThat(p[1]).isPositive();
    assertThat(p[2]).isZero();
    assertThat(p[0] + p[1]).isCloseTo(1, within(1e-12));
  }

  // Entropies and distances worked out by hand: ln 2 and 2 ln 2 lie 0.35 and 0.35 from 1.04.
  @Test
  void typicalPKeepsWhatIsNearTheEntropy() {
    float[] scores = {(float) Math.log(0.5), (float) Math.log(0.25), (float) Math.log(0.25)};
    double[] p =
        Sampler.probabilities(
            scores, GenerationOptions.builder().typicalP(0.4).build().sampling().orElseThrow());
    assertThat(p[0]).isCloseTo(1, within(1e-9));
    assertThat(
            Sampler.probabilities(
                SCORES,
                GenerationOptions.builder().typicalP(0.99).build().sampling().orElseThrow())[0])
        .isPositive();
  }

  @Test
  void topPKeepsAtLeastTheBest() {
    double[] p =
        Sampler.probabilities(
            SCORES, GenerationOptions.builder().topP(0.01).build().sampling().orElseThrow());
    assertThat(p[0]).isCloseTo(1, within(1e-12));
  }
}
