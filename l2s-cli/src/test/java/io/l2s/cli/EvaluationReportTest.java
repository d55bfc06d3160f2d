package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.evaluation.Bleu;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.Ter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

  private static final List<List<String>> REFERENCES =
      List.of(List.of("the cat sat on the mat"), List.of("a dog ran far away today"));
  private static final CorpusStatistics BEST =
      new Bleu().measure(List.of("the cat sat on the mat", "a dog ran far away today"), REFERENCES);
  private static final CorpusStatistics WORSE =
      new Bleu().measure(List.of("the cat sat on the mat", "a dog ran very far off"), REFERENCES);
  private static final RouteScore HYBRID =
      route(
          Route.HYBRID,
          MetricScore.of(WORSE, Bootstrap.DEFAULT),
          List.of(2.0, 4.0, 9.0, 10.0),
          40,
          Duration.ofMillis(20));
  private static final RouteScore LLM_ONLY =
      route(
          Route.LLM_ONLY,
          MetricScore.of(BEST, Bootstrap.DEFAULT),
          List.of(8.0, 16.0, 36.0, 40.0),
          44,
          Duration.ofMillis(80));

  private static final RouteScore SLM_ONLY =
      route(
          Route.SLM_ONLY,
          MetricScore.of(BEST, Bootstrap.DEFAULT),
          List.of(1.0, 2.0, 3.0, 4.0),
          44,
          Duration.ofMillis(10));

  private static RouteScore route(
      Route route, MetricScore quality, List<Double> latencies, long tokens, Duration elapsed) {
    return new RouteScore(
        route,
        4_100_000,
        List.of(quality),
        latencies,
        tokens,
        elapsed,
        new RouteScore.Shares(0.25, 0.15, 0.5, 0.1));
  }

  @Test
  void theTableStatesCircumstancesAndARouteALine() {
    assertThat(report(HYBRID, LLM_ONLY).table())
        .contains("batch size 16, precision int8/f32, device cpu, 2 processors")
        .containsPattern("route +parameters +BLEU\n")
        .containsPattern("hybrid +4\\.1M +\\d+\\.\\d\\d ± \\d+\\.\\d\\d\n")
        .containsPattern("llm-only +4\\.1M +100\\.00 ± 0\\.00\n")
        .containsPattern(
            "hybrid +5\\.00 +4\\.00 +10\\.00 +2,000 +4\\.00x +25 % +15 % +50 % +10 %\n")
        .containsPattern("llm-only +20\\.00 +16\\.00 +40\\.00 +550 +1\\.00x .*\n");
  }

  @Test
  void timesOfTheRunAndOfASentenceAreToldApart() {
    assertThat(report(HYBRID, LLM_ONLY).table())
        .contains("ms/sentence is the whole run's time", "latency is the ms of one sentence")
        .containsPattern("route +ms/sentence +latency p50 +latency p95 +tokens/s +speed-up");
  }

  @Test
  void theHybridIsComparedWithTheSmallModelAloneBesideTheBaseline() {
    assertThat(report(HYBRID, LLM_ONLY, SLM_ONLY).table())
        .containsPattern("difference +BLEU +p\n")
        .containsPattern("hybrid - llm-only +-\\d+\\.\\d\\d +0\\.\\d{4}\n")
        .containsPattern("slm-only - llm-only +\\+0\\.00 +1\\.0000\n")
        .containsPattern("hybrid - slm-only +-\\d+\\.\\d\\d +0\\.\\d{4}\n");
  }

  @Test
  void aSingleRouteIsComparedWithNothing() {
    EvaluationReport report = report(HYBRID);

    assertThat(report.table()).doesNotContain("difference  ");
    assertThat(json(report).getAsJsonArray("comparisons")).isEmpty();
  }

  @Test
  void theJsonHoldsTheSameFigures() {
    JsonObject report = json(report(HYBRID, LLM_ONLY, SLM_ONLY));

    assertThat(report.get("baseline").getAsString()).isEqualTo("LLM_ONLY");
    JsonObject hybrid = report.getAsJsonArray("routes").get(0).getAsJsonObject();
    assertThat(hybrid.get("route").getAsString()).isEqualTo("HYBRID");
    JsonObject bleu = hybrid.getAsJsonArray("metrics").get(0).getAsJsonObject();
    assertThat(bleu.get("score").getAsDouble()).isEqualTo(WORSE.score().value());
    assertThat(hybrid.get("latency_ms_p95").getAsDouble()).isEqualTo(10.0);
    assertThat(hybrid.get("ms_per_sentence").getAsDouble()).isEqualTo(5.0);
    assertThat(hybrid.get("tokens_per_second").getAsDouble()).isEqualTo(2_000.0);
    assertThat(hybrid.get("rest_share").getAsDouble()).isEqualTo(0.1);
    assertThat(hybrid.get("speed_up").getAsDouble()).isEqualTo(4.0);
    JsonObject pair = report.getAsJsonArray("comparisons").get(2).getAsJsonObject();
    assertThat(pair.get("route").getAsString()).isEqualTo("HYBRID");
    assertThat(pair.get("against").getAsString()).isEqualTo("SLM_ONLY");
    JsonObject difference = pair.getAsJsonArray("metrics").get(0).getAsJsonObject();
    assertThat(difference.get("difference").getAsDouble())
        .isEqualTo(WORSE.score().value() - BEST.score().value());
    assertThat(difference.get("p_value").getAsDouble())
        .isEqualTo(Bootstrap.DEFAULT.compare(BEST, WORSE).pValue());
  }

  @Test
  void theJsonsKeysAreOfOneForm() {
    assertThat(report(HYBRID, LLM_ONLY).json()).doesNotContainPattern("\"[a-z0-9]+[A-Z]\\w*\":");
  }

  @Test
  void theMarkdownHoldsTheSameTables() {
    assertThat(report(HYBRID, LLM_ONLY).markdown())
        .contains("| route | parameters | BLEU |\n|---|---|---|\n| hybrid | 4.1M | ")
        .contains("| difference | BLEU | p |\n|---|---|---|\n| hybrid - llm-only | -")
        .contains("| hybrid | 5.00 | 4.00 | 10.00 | 2,000 | 4.00x | 25 % | 15 % | 50 % | 10 % |");
  }

  @Test
  void thatALowerTerIsBetterIsSaidWhereTerIs() {
    MetricScore ter =
        MetricScore.of(
            new Ter().measure(List.of("a", "b"), List.of(List.of("a"), List.of("a"))),
            Bootstrap.DEFAULT);
    RouteScore route = route(Route.HYBRID, ter, List.of(2.0), 4, Duration.ofMillis(2));

    assertThat(report(route).table()).contains("; TER: lower is better\n");
    assertThat(report(route).markdown()).contains("; TER: lower is better. ");
    assertThat(report(HYBRID).table()).doesNotContain("TER");
  }

  private static EvaluationReport report(RouteScore... scores) {
    Map<Route, List<CorpusStatistics>> measured = new EnumMap<>(Route.class);
    for (RouteScore score : scores) {
      measured.put(score.route(), List.of(score == HYBRID ? WORSE : BEST));
    }
    Route baseline = measured.containsKey(Route.LLM_ONLY) ? Route.LLM_ONLY : scores[0].route();
    return new EvaluationReport(
        new TreeMap<>(Map.of("bundle", "b")),
        "d.tsv",
        200,
        230,
        16,
        256,
        Precision.INT8,
        Optional.of(Precision.F32),
        "cpu",
        2,
        Bootstrap.DEFAULT,
        baseline,
        List.of(scores),
        RouteComparison.all(measured, baseline, Bootstrap.DEFAULT));
  }

  private static JsonObject json(EvaluationReport report) {
    return JsonParser.parseString(report.json()).getAsJsonObject();
  }
}
