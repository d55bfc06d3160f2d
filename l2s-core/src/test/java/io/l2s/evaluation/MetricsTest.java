package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import io.l2s.evaluation.Rouge.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {

  record Golden(String name, double score, String signature) {}

  record Corpus(
      String name, List<String> hypotheses, List<List<String>> references, List<Golden> scores) {

    @Override
    public String toString() {
      return name;
    }

    Golden golden(Metric metric) {
      return scores.stream()
          .filter(score -> score.name().equals(metric.name()))
          .findFirst()
          .orElseThrow();
    }
  }

  record GoldenFile(List<Corpus> corpora) {}

  static Stream<Metric> metrics() {
    return Stream.concat(
        Stream.of(new Bleu(), ChrF.CHRF, ChrF.CHRF_PLUS_PLUS, new Ter()),
        Arrays.stream(Variant.values()).map(Rouge::new));
  }

  static Stream<Arguments> goldenCases() throws IOException {
    List<Corpus> corpora;
    try (InputStream in = MetricsTest.class.getResourceAsStream("/evaluation/metrics.json");
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      corpora = new Gson().fromJson(text, GoldenFile.class).corpora();
    }
    return metrics()
        .flatMap(
            metric -> corpora.stream().map(corpus -> Arguments.of(metric.name(), metric, corpus)));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("goldenCases")
  void scoreEqualsTheReferenceImplementations(String name, Metric metric, Corpus corpus) {
    Score score = metric.measure(corpus.hypotheses(), corpus.references()).score();

    Golden golden = corpus.golden(metric);
    assertThat(score.value()).isCloseTo(golden.score(), within(1e-9));
    assertThat(score.name()).isEqualTo(golden.name());
    assertThat(score.signature()).isEqualTo(golden.signature());
  }

  @Test
  void exactMatchTakesAnyReferenceAndNoOtherSpelling() {
    Score score =
        new ExactMatch()
            .measure(
                List.of("Ja.", "Nein!", "ja.", "Ja. "),
                List.of(List.of("Ja."), List.of("Nein.", "Nein!"), List.of("Ja."), List.of("Ja.")))
            .score();

    assertThat(score).isEqualTo(new Score("exact", 50, "nrefs:var|case:mixed|tok:none"));
  }

  @Test
  void onlyTerIsBetterWhenLower() {
    assertThat(metrics().filter(metric -> !metric.higherIsBetter())).containsExactly(new Ter());
  }

  @Test
  void chrFRefusesAWordOrderThatIsNotDefined() {
    assertThatThrownBy(() -> new ChrF(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("wordOrder must be 0 to 2, but was 3");
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void refusesAnEmptyCorpus(Metric metric) {
    assertThatThrownBy(() -> metric.measure(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hypotheses");
  }

  @Test
  void refusesAnUnequalNumberOfReferenceLists() {
    assertThatThrownBy(() -> Bleu.corpus(List.of("a", "b"), List.of(List.of("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 hypotheses, but has 1");
  }

  @Test
  void refusesASentenceWithoutReferences() {
    assertThatThrownBy(() -> ChrF.corpus(List.of("a", "b"), List.of(List.of("a"), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("references[1]");
  }
}
