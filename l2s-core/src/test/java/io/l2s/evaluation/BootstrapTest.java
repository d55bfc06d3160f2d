package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import io.l2s.InvalidSettingException;
import io.l2s.evaluation.Bootstrap.Comparison;
import io.l2s.evaluation.Bootstrap.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BootstrapTest {

  private record GoldenInterval(double score, double mean, double half_width) {}

  private record GoldenComparison(
      String name, GoldenInterval baseline, GoldenInterval system, double p_value) {}

  private record GoldenSamples(
      int segments, List<int[]> samples, List<GoldenComparison> comparisons) {}

  private record GoldenFile(
      List<String> baseline,
      List<String> system,
      List<List<String>> references,
      int samples,
      long seed,
      List<GoldenComparison> comparisons,
      GoldenSamples last_segments) {}

  private static final GoldenFile GOLDEN = read();

  private static GoldenFile read() {
    try (InputStream in = BootstrapTest.class.getResourceAsStream("/evaluation/bootstrap.json");
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(text, GoldenFile.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Metric> metrics() {
    return Stream.of(new Bleu(), ChrF.CHRF, ChrF.CHRF_PLUS_PLUS, new Ter());
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void equalsSacrebleuOnSacrebleusOwnSamples(Metric metric) {
    GoldenSamples golden = GOLDEN.last_segments();

    Comparison comparison =
        Bootstrap.compare(
            measured(metric, GOLDEN.baseline(), golden.segments()),
            measured(metric, GOLDEN.system(), golden.segments()),
            golden.samples().stream());

    // sacrebleu adds up in single precision.
    assertAgrees(comparison, find(golden.comparisons(), metric), 1e-4, 0, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void agreesWithSacrebleuOnSamplesOfItsOwn(Metric metric) {
    Comparison comparison =
        new Bootstrap(GOLDEN.samples(), GOLDEN.seed())
            .compare(measured(metric, GOLDEN.baseline()), measured(metric, GOLDEN.system()));

    // As far as sacrebleu itself moves between seeds.
    assertAgrees(comparison, find(GOLDEN.comparisons(), metric), 0.4, 0.1, 0.05);
  }

  @Test
  void theSameSeedGivesTheSameFiguresAndAnotherDoesNot() {
    CorpusStatistics baseline = measured(new Bleu(), GOLDEN.baseline());
    CorpusStatistics system = measured(new Bleu(), GOLDEN.system());

    Comparison first = new Bootstrap(100, 1).compare(baseline, system);

    assertThat(new Bootstrap(100, 1).compare(baseline, system)).isEqualTo(first);
    assertThat(new Bootstrap(100, 2).compare(baseline, system)).isNotEqualTo(first);
  }

  @Test
  void theIntervalOfASystemIsThatOfItsComparison() {
    CorpusStatistics baseline = measured(new Ter(), GOLDEN.baseline());
    CorpusStatistics system = measured(new Ter(), GOLDEN.system());

    Comparison comparison = Bootstrap.DEFAULT.compare(baseline, system);

    assertThat(Bootstrap.DEFAULT.interval(baseline)).isEqualTo(comparison.baseline());
    assertThat(Bootstrap.DEFAULT.interval(system)).isEqualTo(comparison.system());
  }

  @Test
  void aSystemThatIsBetterThroughoutIsSignificantlyBetter() {
    List<String> hypotheses = GOLDEN.references().stream().map(list -> list.get(0)).toList();
    List<String> worse = hypotheses.stream().map(text -> text + " und weiter").toList();

    Comparison comparison =
        Bootstrap.DEFAULT.compare(measured(new Bleu(), worse), measured(new Bleu(), hypotheses));

    assertThat(comparison.difference()).isGreaterThan(5);
    assertThat(comparison.pValue()).isEqualTo(1 / 1001.0);
  }

  @Test
  void aSystemDoesNotDifferFromItself() {
    CorpusStatistics same = measured(new Bleu(), GOLDEN.system());

    assertThat(Bootstrap.DEFAULT.compare(same, same).pValue()).isEqualTo(1);
  }

  @Test
  void meanAndBoundsAreThoseOfTheSortedScores() {
    double[] scores = new double[100];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = 99 - i;
    }

    Interval interval = Interval.of(scores);

    assertThat(interval).isEqualTo(new Interval(49.5, 2, 97));
    assertThat(interval.halfWidth()).isEqualTo(47.5);
  }

  @Test
  void refusesSystemsThatWereNotMeasuredAlike() {
    CorpusStatistics bleu = measured(new Bleu(), GOLDEN.baseline());

    assertThatThrownBy(() -> Bootstrap.DEFAULT.compare(bleu, measured(ChrF.CHRF, GOLDEN.system())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BLEU on 40 and chrF2 on 40");
    assertThatThrownBy(
            () -> Bootstrap.DEFAULT.compare(bleu, measured(new Bleu(), GOLDEN.system(), 12)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BLEU on 40 and BLEU on 12");
  }

  @Test
  void refusesANumberOfSamplesOutOfBounds() {
    assertThatThrownBy(() -> new Bootstrap(0, 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("samples must be between 1 and 1000000, but was 0");
    assertThatThrownBy(() -> new Bootstrap(1_000_001, 1))
        .isInstanceOf(InvalidSettingException.class);
  }

  private static CorpusStatistics measured(Metric metric, List<String> hypotheses) {
    return measured(metric, hypotheses, hypotheses.size());
  }

  private static CorpusStatistics measured(Metric metric, List<String> hypotheses, int last) {
    int from = hypotheses.size() - last;
    return metric.measure(
        hypotheses.subList(from, hypotheses.size()),
        GOLDEN.references().subList(from, hypotheses.size()));
  }

  private static GoldenComparison find(List<GoldenComparison> comparisons, Metric metric) {
    return comparisons.stream()
        .filter(comparison -> comparison.name().equals(metric.name()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * @param absolute how far a score may be off
   * @param relative how far the width of an interval may be off, beside {@code absolute}
   * @param pValue how far the p-value may be off
   */
  private static void assertAgrees(
      Comparison actual, GoldenComparison golden, double absolute, double relative, double pValue) {
    assertThat(actual.difference())
        .isCloseTo(golden.system().score() - golden.baseline().score(), within(1e-9));
    assertThat(actual.pValue()).isCloseTo(golden.p_value(), within(pValue));
    assertAgrees(actual.baseline(), golden.baseline(), absolute, relative);
    assertAgrees(actual.system(), golden.system(), absolute, relative);
  }

  private static void assertAgrees(
      Interval actual, GoldenInterval golden, double absolute, double relative) {
    assertThat(actual.mean()).isCloseTo(golden.mean(), within(absolute));
    assertThat(actual.halfWidth())
        .isCloseTo(golden.half_width(), within(absolute + relative * golden.half_width()));
  }
}
