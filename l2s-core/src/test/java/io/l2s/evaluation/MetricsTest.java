package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {

  record Golden(String name, double score, String signature) {}

  record Corpus(
      String name,
      List<String> hypotheses,
      List<List<String>> references,
      Golden bleu,
      Golden chrf) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Corpus> corpora() throws IOException {
    try (InputStream in = MetricsTest.class.getResourceAsStream("/evaluation/metrics.json");
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(text, new TypeToken<List<Corpus>>() {});
    }
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void bleuEqualsSacrebleu(Corpus corpus) {
    assertEqual(Bleu.corpus(corpus.hypotheses(), corpus.references()), corpus.bleu());
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void chrFEqualsSacrebleu(Corpus corpus) {
    assertEqual(ChrF.corpus(corpus.hypotheses(), corpus.references()), corpus.chrf());
  }

  @Test
  void refusesAnEmptyCorpus() {
    assertThatThrownBy(() -> Bleu.corpus(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hypotheses");
    assertThatThrownBy(() -> ChrF.corpus(List.of(), List.of()))
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

  private static void assertEqual(Score score, Golden golden) {
    assertThat(score.value()).isCloseTo(golden.score(), within(1e-9));
    assertThat(score.name()).isEqualTo(golden.name());
    assertThat(score.signature()).isEqualTo(golden.signature());
  }
}
