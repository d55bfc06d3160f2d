package io.l2s.cli;

import io.l2s.evaluation.Bleu;
import io.l2s.evaluation.ChrF;
import io.l2s.evaluation.ExactMatch;
import io.l2s.evaluation.Metric;
import io.l2s.evaluation.Rouge;
import io.l2s.evaluation.Ter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** The metrics by the names that they have on the command line. */
enum MetricChoice {
  BLEU("bleu", new Bleu()),
  CHRF("chrf", ChrF.CHRF),
  CHRF_PLUS_PLUS("chrf++", ChrF.CHRF_PLUS_PLUS),
  TER("ter", new Ter()),
  ROUGE("rouge", Arrays.stream(Rouge.Variant.values()).map(Rouge::new).toArray(Metric[]::new)),
  EXACT("exact", new ExactMatch());

  private final String text;
  private final List<Metric> metrics;

  MetricChoice(String text, Metric... metrics) {
    this.text = text;
    this.metrics = List.of(metrics);
  }

  static MetricChoice parse(String value) {
    return Arrays.stream(values())
        .filter(choice -> choice.text.equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of " + names() + ", but was '" + value + "'"));
  }

  private static String names() {
    return Arrays.stream(values()).map(MetricChoice::toString).collect(Collectors.joining(", "));
  }

  List<Metric> metrics() {
    return metrics;
  }

  @Override
  public String toString() {
    return text;
  }
}
